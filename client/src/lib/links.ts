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

const PUNCTUATION = new Set('.,;:!?…*_~');
const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/** Punctuation after an address belongs to the sentence; so does a closing bracket that was not opened in the address. */
function withoutTail(address: string): string {
  // How many of each bracket are closed without having been opened; a negative count: open still.
  const extra: Record<string, number> = {};
  for (const char of address) {
    const open = BRACKETS[char];
    if (open !== undefined) extra[open] = (extra[open] ?? 0) + 1;
    else if ('([{'.includes(char)) extra[char] = (extra[char] ?? 0) - 1;
  }
  let end = address.length;
  for (; end > 0; end--) {
    const char = address.charAt(end - 1);
    const open = BRACKETS[char];
    if (open !== undefined && (extra[open] ?? 0) > 0) extra[open] = (extra[open] ?? 0) - 1;
    else if (!PUNCTUATION.has(char)) break;
  }
  return address.slice(0, end);
}

function safeUrl(address: string): string | undefined {
  const url = parseUrl(address);
  if (url === undefined) return undefined;
  // A name and password in an address make it look like another site's.
  if ((url.protocol !== 'http:' && url.protocol !== 'https:') || url.username !== '' || url.password !== '')
    return undefined;
  return url.href;
}

function parseUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}
