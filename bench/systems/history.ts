import { createHash } from 'node:crypto';
import { keys } from '@app/redis';
import type { BenchRedis } from '../processes/redis';
import { clientIdOf } from './peers';

const BATCH = 500;
const FIRST_SECOND = 1_700_000_000;
const TEXT = 'What a hundred bytes of text are like, more or less: nobody writes as much as this in a chat, says one.';

/** The text of every message that the bench stores. */
export const HUNDRED_BYTES = TEXT.slice(0, 100);

/** When the message of a place was stored: three seconds after the one before it, in Unix seconds, as Redis shows it. */
const dateOf = (seq: number) => `${FIRST_SECOND + seq * 3}.${String((seq * 7919) % 1_000_000).padStart(6, '0')}`;

/** A message in the form in which the messages service stores it (its `append.lua`). */
function storedMessage(roomId: string, seq: number, from: string): string {
  return (
    `{"seq":${seq},"from":"${from}","date":${dateOf(seq)},` +
    `"message":"${HUNDRED_BYTES}","roomId":"${roomId}","clientId":"${clientIdOf(seq)}"}`
  );
}

/** Fills a room's history as if all of it had been said, with the head that goes with it. */
export async function fillHistory({ client }: BenchRedis, roomId: string, from: string, count: number): Promise<void> {
  for (let seq = 1; seq <= count; seq += BATCH) {
    const pairs: string[] = [];
    for (let n = seq; n < seq + BATCH && n <= count; n++) pairs.push(dateOf(n), storedMessage(roomId, n, from));
    await client.zadd(keys.room(roomId), ...pairs);
  }
  await client.hset(keys.roomHead(roomId), { seq: count, date: dateOf(count), first: dateOf(1) });
}

/** The cursor that a page ending at this place would have given, without the walk there: scores are all different. */
export function cursorBefore(roomId: string, seq: number, from: string): string {
  const digest = createHash('sha1')
    .update(storedMessage(roomId, seq, from))
    .digest('hex')
    .slice(0, 12);
  const score = String(Number(dateOf(seq)));
  return Buffer.from(`${score}~${digest}~0`).toString('base64url');
}
