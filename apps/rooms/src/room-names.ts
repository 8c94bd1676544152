import { ChatError } from '@app/contracts';
import { caseKey, looks } from '@app/names';

/** Longer ones are found by their beginning. */
const MAX_KEY = 100;
/** Words of a name by which it is found. */
const MAX_WORDS = 8;

/** How a name looks: two rooms that have it in common would be taken for each other. */
export const lookOf = (name: string): string => looks(name)[0] ?? '';

/** A name as lists are ordered and searched by. */
export const nameKey = (name: string): string => [...caseKey(name)].slice(0, MAX_KEY).join('');

/** The entry of somebody in the roster of a room, but for the letter before it. */
export const rosterName = (username: string): string => nameKey(username).replaceAll('\0', '');

/** What the directory has of a room: once for the list of all (`n`), and for each word that one may search it by (`w`). */
export function directoryWords(roomId: string, name: string): string[] {
  const key = nameKey(name).replaceAll('\0', '');
  const starts = [...key.matchAll(/(?:^|[^\p{L}\p{N}])([\p{L}\p{N}])/gu)]
    .map((match) => match.index + match[0].length - (match[1] ?? '').length)
    .slice(0, MAX_WORDS);
  const words = new Set([0, ...starts].map((at) => `w${key.slice(at)}`));
  return [`n${key}`, ...words].map((word) => `${word}\0${roomId}`);
}

/** The id at the end of an entry of the directory or of a roster. */
export const idOf = (entry: string): string => entry.slice(entry.lastIndexOf('\0') + 1);

/** Above every character that names have. */
const LAST = '\u{10ffff}';

/**
 * From where to where a lexicographic range goes of what begins so.
 * @param cursor where the page before ended
 * @throws ChatError `invalid` for a cursor of something else
 */
export function rangeOf(prefix: string, cursor?: string): [from: string, to: string] {
  const after = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  if (after !== undefined && !after.startsWith(prefix)) throw new ChatError('invalid', 'after: is not valid');
  return [after === undefined ? `[${prefix}` : `(${after}`, `(${prefix}${LAST}`];
}
/** What a page that ends with an entry gives for the next one. */
export const cursorOf = (entry: string): string => Buffer.from(entry).toString('base64url');
