import { keys, type Redis } from '@app/redis';

const BATCH = 1000;
const WORDS = 'a message of some length, as people write them to each other all day, with a link now and then '.split(
  ' ',
);

/**
 * Fills General with messages as the messages service stores them, one a second up to now.
 * @param count how many
 */
export async function fillGeneral(redis: Redis, count: number): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const dateOf = (seq: number) => `${now - count + seq}.000001`;
  for (let from = 1; from <= count; from += BATCH) {
    const pipeline = redis.pipeline();
    for (let seq = from; seq < from + BATCH && seq <= count; seq++) {
      const date = dateOf(seq);
      const message = `${seq}: ${WORDS.slice(0, 2 + (seq % WORDS.length)).join(' ')}`;
      // The date is text, so that no digit is lost.
      const rest = JSON.stringify({ message, roomId: '0', clientId: `measured-${seq}` }).slice(1);
      pipeline.zadd(keys.room('0'), date, `{"seq":${seq},"from":"${1 + (seq % 4)}","date":${date},${rest}`);
    }
    await pipeline.exec();
  }
  await redis.hset(keys.roomHead('0'), { seq: count, date: dateOf(count), first: dateOf(1) });
}
