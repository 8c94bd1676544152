import { ChatError } from '@app/contracts';

/** Where a page is asked for: around a message of ours, a place in the order of ours, or a demo server's message. */
export type Around =
  | { kind: 'date'; seq: string; score: string }
  | { kind: 'seq'; seq: string }
  | { kind: 'foreign'; id: string; score: string };

const OURS = /^([\d:]+)-([1-9]\d{0,14})(?:-(\d{1,12})(\d{6}))?$/;
const FOREIGN = /^x(-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|Infinity))-[0-9a-z]{1,12}$/;

/**
 * Reads a message's id, or `{roomId}-{seq}`.
 * @throws ChatError `invalid` for an id of another room, or no id
 */
export function readAround(around: string, roomId: string): Around {
  const [, room, seq, seconds, micros] = OURS.exec(around) ?? [];
  if (seq !== undefined && room === roomId) {
    return seconds === undefined ? { kind: 'seq', seq } : { kind: 'date', seq, score: `${seconds}.${micros}` };
  }
  const [, date] = FOREIGN.exec(around) ?? [];
  if (date === undefined) throw new ChatError('invalid', 'around: is not the id of a message of this room');
  return { kind: 'foreign', id: around, score: date.replace('Infinity', 'inf') };
}
