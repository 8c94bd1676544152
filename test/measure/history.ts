import { keys, type Redis } from '@app/redis';

const BATCH = 20_000;
/** In Redis itself, as a million of them would take long on their way there. The date is text, so that no digit is lost. */
const FILL = `
local authors, texts = cjson.decode(ARGV[5]), cjson.decode(ARGV[6])
for seq = tonumber(ARGV[1]), tonumber(ARGV[2]) do
  local date = string.format('%d.000001', tonumber(ARGV[3]) + seq)
  redis.call('ZADD', KEYS[1], date, string.format(
    '{"seq":%d,"from":"%s","date":%s,"message":"%d: %s","roomId":"%s","clientId":"measured-%d"}',
    seq, authors[seq % #authors + 1], date, seq, texts[seq % #texts + 1], ARGV[4], seq))
end`;
const WORDS = 'a message of some length, as people write them to each other all day, with a link now and then '.split(
  ' ',
);

/** As `fillRoom`, in General, by the demo's people. */
export function fillGeneral(redis: Redis, count: number): Promise<void> {
  return fillRoom(redis, '0', count, ['1', '2', '3', '4']);
}

/**
 * Fills a room with messages as the messages service stores them, one a second up to now.
 * @param count how many
 * @param authors ids of those who wrote them, in turn
 */
export async function fillRoom(redis: Redis, roomId: string, count: number, authors: readonly string[]): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const dateOf = (seq: number) => `${now - count + seq}.000001`;
  const texts = WORDS.map((_, i) => JSON.stringify(WORDS.slice(0, 2 + i).join(' ')).slice(1, -1));
  for (let from = 1; from <= count; from += BATCH) {
    const to = Math.min(from + BATCH - 1, count);
    const more = [roomId, JSON.stringify(authors), JSON.stringify(texts)];
    await redis.eval(FILL, 1, keys.room(roomId), from, to, now - count, ...more);
  }
  await redis.hset(keys.roomHead(roomId), { seq: count, date: dateOf(count), first: dateOf(1) });
}
