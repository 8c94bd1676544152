/** A piece of a message: text as it is, or a web address. */
export interface Piece {
  /** Where it starts in the message. */
  at: number;
  text: string;
  /** Where to go, for an address. */
  href?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"'`\p{C}]+/giu;

/** Splits a message's text at plain web addresses; the pieces' texts together are the text, unchanged. */
export function splitLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = withoutTail(match[0]);
    const href = safeUrl(address);
    if (href === undefined) continue;
    if (match.index > end) pieces.push({ at: end, text: text.slice(end, match.index) });
    pieces.push({ at: match.index, text: address, href });
    end = match.index + address.length;
  }
  if (end < text.length || pieces.length === 0) pieces.push({ at: end, text: text.slice(end) });
  return pieces;
}

const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Punctuation after an address belongs to the sentence; so does a closing bracket that was not opened in the address. */
function withoutTail(address: string): string {
  const rest = address.replace(/[.,;:!?…*_~]+$/u, '');
  const close = rest.at(-1) ?? '';
  const open = BRACKETS[close];
  const extra = open !== undefined && rest.split(close).length > rest.split(open).length;
  return extra ? withoutTail(rest.slice(0, -1)) : rest;
}

function safeUrl(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  // A name and password in an address make it look like another site's.
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '')
    return undefined;
  return url.href;
}
