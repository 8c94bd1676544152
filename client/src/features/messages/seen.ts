import type { Entry } from '@app/client';

/** So long a message must have been on the screen without a break to count as read, in ms. */
const READING_MS = 1000;

/** Which messages of a room were on the screen long enough to have been read. */
export class Seen {
  /** Since when those in sight have been. */
  private since = new Map<string, number>();
  private readonly seen = new Set<string>();

  /** Looks again. @param inSight keys of the messages that are on the screen @param now in ms */
  look(inSight: readonly string[], now: number): void {
    const before = this.since;
    this.since = new Map(inSight.map((key) => [key, before.get(key) ?? now]));
    for (const [key, since] of this.since) if (now - since >= READING_MS) this.seen.add(key);
  }

  /** Nobody looks any more. */
  leave(): void {
    this.since.clear();
  }

  has(key: string): boolean {
    return this.seen.has(key);
  }
}

/**
 * How far a room is read: up to the last message before the first that was not seen.
 * @param read the mark so far
 * @param fromBeginning whether no message is before these
 */
export function readUpTo(
  entries: readonly Entry[],
  read: number,
  me: string,
  seen: Pick<Seen, 'has'>,
  fromBeginning: boolean,
): number {
  let mark = read;
  for (let i = firstAfter(entries, read, fromBeginning); i < entries.length; i++) {
    const { seq, from, key, deleted } = entries[i] as Entry;
    if (seq === undefined) continue;
    if (from !== me && !deleted && !seen.has(key)) break;
    mark = seq;
  }
  return mark;
}

/** Where what follows on a mark begins; behind all, if that is not here: what is between was not seen. */
function firstAfter(entries: readonly Entry[], read: number, fromBeginning: boolean): number {
  let first = entries.length;
  for (let i = entries.length - 1; i >= 0; i--) {
    const { seq } = entries[i] as Entry;
    if (seq === undefined) continue;
    if (seq <= read) return first;
    first = i;
    if (seq === read + 1) return first;
  }
  return fromBeginning ? first : entries.length;
}
