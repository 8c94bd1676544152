import { type ChatError, type Message, type Page, pageSchema } from '@app/contracts';
import { channelsOf, keys, type Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { startRedis, type TestRedis, until } from '@app/testing';
import { HistoryStore } from './history.store';
import { MessagesStore } from './messages.store';
import { appendOne } from './spec-support/stores';
import { Spending } from './spending';

let server: TestRedis;
let redis: Redis;
let store: MessagesStore;
let history: HistoryStore;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  store = storeOf({ MESSAGES_PER_WINDOW: '1000000', STORED_BYTES_PER_DAY: '0' });
  history = historyWith({});
});
afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});
beforeEach(() => redis.flushall());

const storeOf = (env: NodeJS.ProcessEnv) => {
  const config = loadConfig(env);
  return new MessagesStore(redis, config, new Spending(redis, config));
};
const historyWith = (env: NodeJS.ProcessEnv) =>
  new HistoryStore(redis, loadConfig({ SYNC_MAX_BEHIND: '1000', ...env }));
let count = 0;
const send = (roomId: string, message: string, userId = '1', clientId = `client-${++count}`) =>
  appendOne(store, { userId, roomId, message, clientId });
const stored = (appended: Awaited<ReturnType<typeof appendOne>>): Message => {
  if (appended === 'names') throw new Error('not stored');
  return appended.message;
};
const sendMany = async (roomId: string, n: number) => {
  const appended = await Promise.all(Array.from({ length: n }, (_, i) => send(roomId, `line ${i}`)));
  return appended.map(stored);
};
const pageOf = async (...asked: Parameters<HistoryStore['page']>): Promise<Page> =>
  pageSchema.parse(JSON.parse((await history.page(...asked)).text));
const texts = (messages: readonly Message[]) => messages.map(({ message }) => message);

describe('append', () => {
  it("stores the demo's four fields, with ours beside them, under the demo's key", async () => {
    const message = stored(await send('0', 'Hello', '7', 'client-id-1'));
    const [member, score] = await redis.zrange(keys.room('0'), '0', '-1', 'WITHSCORES');
    const { id, ...kept } = message;
    expect(JSON.parse(member ?? '')).toEqual(kept);
    expect(id).toBe(`0-1-${Number(score).toFixed(6).replace('.', '')}`);
    expect(message).toMatchObject({ from: '7', message: 'Hello', roomId: '0', seq: 1, clientId: 'client-id-1' });
    expect(message.date).toBe(Number(score));
    expect(Math.abs(message.date - Date.now() / 1000)).toBeLessThan(5);
  });

  it('keeps any text as it is', async () => {
    const text = '</script><img src=x onerror=alert(1)> "quoted" \\ \u2028 😀\nnew line\tтекст';
    await send('0', text);
    expect(texts((await pageOf('0', {}, 10)).messages)).toEqual([text]);
  });

  it('gives contiguous places and strictly increasing dates under concurrency', async () => {
    const messages = await sendMany('0', 300);
    const bySeq = messages.toSorted((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    expect(bySeq.map(({ seq }) => seq)).toEqual(Array.from({ length: 300 }, (_, i) => i + 1));
    for (const [i, message] of bySeq.entries())
      if (i > 0) expect(message.date).toBeGreaterThan(bySeq[i - 1]?.date ?? 0);
    expect(texts((await pageOf('0', {}, 300)).messages)).toEqual(texts(bySeq));
  });

  it('goes on increasing when the clock was set back', async () => {
    await redis.hset(keys.roomHead('0'), 'seq', '1', 'date', '4000000000.999999');
    expect(stored(await send('0', 'later')).date).toBe(4000000001);
    expect(stored(await send('0', 'later still')).date).toBe(4000000001.00001);
  });

  it('is not led astray by the scores of foreign messages', async () => {
    await redis.zadd(keys.room('0'), '9999999999', JSON.stringify({ from: 1, message: 'from the future', date: 9e9 }));
    expect(stored(await send('0', 'now')).date).toBeLessThan(4_000_000_000);
  });

  it('stores a repeated message once and returns the first', async () => {
    const [first, second, other] = [
      stored(await send('0', 'once', '1', 'same-client-id')),
      stored(await send('0', 'once again', '1', 'same-client-id')),
      stored(await send('0', "somebody else's", '2', 'same-client-id')),
    ];
    expect(second).toEqual(first);
    expect(other.seq).toBe(2);
    expect(await redis.zcard(keys.room('0'))).toBe(2);
  });

  it('stores simultaneous repeats once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => send('0', 'once', '1', 'same-client-id')));
    expect(new Set(all.map((appended) => stored(appended).id)).size).toBe(1);
    expect(await redis.zcard(keys.room('0'))).toBe(1);
  });

  it('refuses who is no member of a named room', async () => {
    await redis.hset(keys.roomMembers('5'), '1', 'member');
    await expect(send('5', 'hi', '2')).rejects.toMatchObject({ code: 'forbidden' });
    expect(stored(await send('5', 'hi', '1')).seq).toBe(1);
  });

  it('announces what it stores, a new direct room before its first message', async () => {
    const heard: { type: string; serverId: string; data: { message?: string } }[] = [];
    const subscriber = await server.connect('subscriber');
    await subscriber.subscribe(channelsOf(redis).messages);
    subscriber.on('message', (_channel, payload) => heard.push(JSON.parse(payload)));
    const message = { userId: '2', roomId: '1:2', message: 'psst', clientId: 'client-id-x' };
    expect(await appendOne(store, message)).toBe('names');
    expect(await redis.exists(keys.room('1:2'))).toBe(0);
    const show = { id: '1:2', names: ['Ann "A"', 'Bob'] };
    expect(await appendOne(store, message, show)).toMatchObject({ unlisted: true });
    expect(await appendOne(store, message, show)).toMatchObject({ unlisted: true });
    expect(await appendOne(store, { ...message, message: 'more', clientId: 'client-id-y' })).toMatchObject({
      unlisted: false,
    });
    await until(() => heard.length === 3, 'three announcements');
    expect(heard.map(({ type, data }) => data.message ?? type)).toEqual(['show.room', 'psst', 'more']);
    expect(heard[0]).toMatchObject({ v: 2, to: { user: ['1', '2'] }, data: show });
    expect(heard[1]).toMatchObject({ v: 2, to: { room: '1:2' }, serverId: expect.stringMatching(/:store$/) });
    subscriber.disconnect();
  });
});

describe('what a user may store', () => {
  const limited = (retryAfterMs: unknown) => expect.objectContaining({ code: 'rate_limited', retryAfterMs });
  const about = (text: string, i: number, roomId = '0', userId = '1') => ({
    userId,
    roomId,
    message: text,
    clientId: `limit-${i}-x`,
  });

  it('is counted once for all replicas and rooms, and once for a message that is repeated', async () => {
    const replicas = [storeOf({ MESSAGES_PER_WINDOW: '6' }), storeOf({ MESSAGES_PER_WINDOW: '6' })];
    await redis.hset(keys.roomMembers('5'), '1', 'member');
    const tries = Array.from({ length: 20 }, (_, i) => about('x', i, i % 2 ? '0' : '5'));
    const outcomes = await Promise.allSettled(
      tries.map((message, i) => appendOne(replicas[i % 2] as MessagesStore, message)),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    const [first] = tries;
    for (const replica of replicas)
      expect(await appendOne(replica, first as (typeof tries)[0])).toMatchObject({ message: { seq: 1 } });
    await expect(appendOne(replicas[0] as MessagesStore, about('x', 99))).rejects.toThrow(limited(expect.any(Number)));
    expect(await appendOne(replicas[0] as MessagesStore, about('x', 1, '0', '2'))).toMatchObject({
      message: { from: '2' },
    });
    expect((await redis.zcard(keys.room('0'))) + (await redis.zcard(keys.room('5')))).toBe(7);
  });

  it('is there again when the window is over, and what was refused did not count', async () => {
    const limits = storeOf({ MESSAGES_PER_WINDOW: '1', MESSAGES_WINDOW_MS: '50' });
    await appendOne(limits, about('x', 1));
    const refused = await appendOne(limits, about('x', 2)).catch((error: ChatError) => error);
    expect(refused).toMatchObject({ code: 'rate_limited' });
    const { retryAfterMs = 0 } = refused as ChatError;
    expect(retryAfterMs).toBeLessThanOrEqual(50);
    await until(
      async () => (await appendOne(limits, about('x', 2)).catch(() => undefined)) !== undefined,
      'the next window',
    );
    expect(await redis.zcard(keys.room('0'))).toBe(2);
  });

  it('is bounded in bytes a day', async () => {
    const limits = storeOf({ STORED_BYTES_PER_DAY: '10000' });
    const large = 'x'.repeat(3000);
    for (const i of [1, 2]) await appendOne(limits, about(large, i));
    await expect(appendOne(limits, about(large, 3))).rejects.toThrow(limited(expect.any(Number)));
    expect(await appendOne(limits, about('small', 4))).toMatchObject({ message: { seq: 3 } });
    expect(await appendOne(limits, about(large, 1))).toMatchObject({ message: { seq: 1 } });
    const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
    await redis.hset(keys.userSpent('1'), 'day', yesterday);
    expect(await appendOne(limits, about(large, 3))).toMatchObject({ message: { seq: 4 } });
    expect(await redis.pttl(keys.userSpent('1'))).toBeGreaterThan(86_400_000);
    const free = storeOf({ STORED_BYTES_PER_DAY: '0' });
    for (const i of [5, 6, 7, 8]) await appendOne(free, about(large, i));
  });
});
