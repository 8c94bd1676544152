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

/** Where an address may begin. */
const START = /https?:\/\//giu;
/**
 * What an address may have. Of ASCII all that may be in one. Of the rest no punctuation, bracket or quote of any script, no
 * sign of full width, no long dash and no picture: where one of them stands a reader sees the address end.
 */
const RUN =
  /(?:[!#-;=?-_a-~]|[^\0-~\s\p{Z}\p{C}\p{Po}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\u2014\u2015\u2E3A\u2E3B\u301C\u3030\uFF01-\uFF0F\uFF1A-\uFF20\uFF3B-\uFF40\uFF5B-\uFF65\uFFE0-\uFFEE\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}])+/iuy;
/** Scripts that put no space between words: after a Latin letter or digit another text begins. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const PARTS = '/?#&=._~+%-';

/**
 * Splits a message's text at plain web addresses. A host that looks like another one is shown in its ASCII form; all else
 * together is the text, unchanged. No part of the text is read more often than a few times.
 */
export function splitLinks(text: string): Piece[] {
  const pieces: Piece[] = [];
  const [starts, run] = [new RegExp(START), new RegExp(RUN)];
  let end = 0;
  for (let match = starts.exec(text); match; match = starts.exec(text)) {
    const at = match.index;
    // Several addresses may stand in one run.
    if (at >= run.lastIndex) {
      run.lastIndex = at;
      run.test(text);
    }
    const last = endOfAddress(text, at, run.lastIndex);
    const address = withoutTail(text.slice(at, last));
    const url = safeUrl(address);
    starts.lastIndex = Math.max(last, starts.lastIndex);
    if (url === undefined) continue;
    if (at > end) pieces.push({ at: end, text: text.slice(end, at) });
    pieces.push({ at, text: withShownHost(address, url), href: url.href });
    end = at + address.length;
  }
  if (end < text.length || pieces.length === 0) pieces.push({ at: end, text: text.slice(end) });
  return pieces;
}

/**
 * Where an address ends of which one sees the beginning: at the quote or bracket that closes what it stands in, or where a
 * text goes on without a space: `/wiki/東京` is one, `/a` with 東京 behind it another.
 * @param most where it ends at the latest
 */
function endOfAddress(text: string, start: number, most: number): number {
  const before = text.charAt(start - 1);
  /** How many of the bracket before it are open. */
  let open = 0;
  /** Whether the part that one is in is of ASCII alone so far, and ends with a letter or digit. */
  let [isLatin, isWord] = [true, false];
  for (let at = start; at < most; ) {
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (char === "'" && before === "'") return at;
    if (char === before) open++;
    else if (BRACKETS[char] === before && open-- === 0) return at;
    if (char <= '~') {
      if (PARTS.includes(char)) isLatin = true;
      isWord = /[a-z0-9]/i.test(char);
    } else {
      if (isLatin && isWord && UNSPACED.test(char)) return at;
      [isLatin, isWord] = [false, false];
    }
    at += char.length;
  }
  return most;
}

const PUNCTUATION = new Set(".,;:!?*_~'");
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
    // Opened as the last thing: what it holds is no part of the address.
    else if ('([{'.includes(char)) extra[char] = (extra[char] ?? 0) + 1;
    else if (!PUNCTUATION.has(char) && !(char > '~' && /\p{Pd}/u.test(char))) break;
  }
  return address.slice(0, end);
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
