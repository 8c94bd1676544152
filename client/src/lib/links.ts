import { shownHost } from './hosts';

/** A piece of a message: text as it is, or a web address. */
export interface Piece {
  /** Where it starts in the message. */
  at: number;
  /** As it is to be shown. */
  text: string;
  /** Where to go, for an address. */
  href?: string;
}

/**
 * Of ASCII all that an address may have. Of the rest no punctuation, bracket or quote of any script, no sign of full width, no
 * long dash and no picture: where one of them stands a reader sees the address end.
 */
const ADDRESS =
  /https?:\/\/(?:[!#-;=?-_a-~]|[^\0-~\s\p{Z}\p{C}\p{Po}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\u2014\u2015\u2E3A\u2E3B\u301C\u3030\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFE0-\uFFEE\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}])+/giu;
/** Scripts that put no space between words: after a Latin letter or digit another text begins. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const PARTS = '/?#&=._~+%-';

/**
 * Splits a message's text at plain web addresses. A host that looks like another one is shown in its ASCII form; all else
 * together is the text, unchanged.
 */
export function splitLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  const addresses = new RegExp(ADDRESS);
  let end = 0;
  for (let match = addresses.exec(text); match; match = addresses.exec(text)) {
    const address = withoutTail(upToOtherText(match[0]), text.charAt(match.index - 1));
    const url = safeUrl(address);
    if (url === undefined) continue;
    if (match.index > end) pieces.push({ at: end, text: text.slice(end, match.index) });
    pieces.push({ at: match.index, text: withShownHost(address, url), href: url.href });
    end = match.index + address.length;
    addresses.lastIndex = end;
  }
  if (end < text.length || pieces.length === 0) pieces.push({ at: end, text: text.slice(end) });
  return pieces;
}

/** An address up to where a text goes on without a space: `/wiki/東京` is one, `/a` with 東京 behind it another. */
function upToOtherText(address: string): string {
  /** Whether the part that one is in is of ASCII alone so far, and ends with a letter or digit. */
  let [isLatin, isWord] = [true, false];
  let end = 0;
  for (const char of address) {
    if (char <= '~') {
      if (PARTS.includes(char)) isLatin = true;
      isWord = /[a-z0-9]/i.test(char);
    } else {
      if (isLatin && isWord && UNSPACED.test(char)) break;
      [isLatin, isWord] = [false, false];
    }
    end += char.length;
  }
  return address.slice(0, end);
}

const PUNCTUATION = new Set(".,;:!?*_~'");
const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' };

/**
 * Punctuation after an address belongs to the sentence; so does a closing bracket that was not opened in the address, and a
 * quote that was opened before it with all that follows.
 */
function withoutTail(whole: string, before: string): string {
  const address = whole.slice(0, closingOf(before, whole));
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
    // Opened as the last thing: what it holds is no part of the address.
    else if ('([{'.includes(char)) extra[char] = (extra[char] ?? 0) + 1;
    else if (!PUNCTUATION.has(char) && !(char > '~' && /\p{Pd}/u.test(char))) break;
  }
  return address.slice(0, end);
}

/** Where the quote or bracket is closed that an address stands in. */
function closingOf(before: string, address: string): number {
  if (before === "'") return address.includes("'") ? address.indexOf("'") : address.length;
  let open = 0;
  for (let at = 0; at < address.length; at++) {
    const char = address.charAt(at);
    if (char === before) open++;
    else if (BRACKETS[char] === before && open-- === 0) return at;
  }
  return address.length;
}

function safeUrl(address: string): URL | undefined {
  const url = parseUrl(address);
  // A name and password in an address make it look like another site's.
  if (url === undefined || url.username !== '' || url.password !== '') return undefined;
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : undefined;
}

function parseUrl(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    return undefined;
  }
}

/** An address as it was written, with its host as it may be shown. */
function withShownHost(address: string, { hostname }: URL): string {
  const [, start = '', host = '', rest = ''] = /^(https?:\/\/)([^/?#\\:]*)(.*)$/isu.exec(address) ?? [];
  // An address of IPv6, whose colons are no port.
  return hostname.startsWith('[') ? address : start + shownHost(host, hostname) + rest;
}
