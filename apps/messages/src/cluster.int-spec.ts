import { keys, type Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { RedisCluster } from '@app/testing';
import { ChangesStore } from './changes.store';
import { HistoryStore } from './history.store';
import { MessagesStore } from './messages.store';
import { appendOne } from './spec-support/stores';
import { Spending } from './spending';

let cluster: RedisCluster;
let redis: Redis;

beforeAll(async () => {
  cluster = await RedisCluster.start();
  redis = await cluster.connect();
});
afterAll(async () => {
  redis?.disconnect();
  await cluster?.remove();
});

it("a user's messages are counted once for all rooms of a Redis Cluster, repeated and refused ones not", async () => {
  const config = loadConfig({ MESSAGES_PER_WINDOW: '4', MESSAGES_WINDOW_MS: '600000' });
  const store = new MessagesStore(redis, config, new Spending(redis, config));
  const rooms = ['0', '5', '6', '7'];
  for (const room of rooms.slice(1)) await redis.hset(keys.roomMembers(room), '1', 'member');
  const append = (i: number, roomId = rooms[i % 4] ?? '') =>
    appendOne(store, { userId: '1', roomId, message: `line ${i}`, clientId: `cluster-${i}` });
  const refused = expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
  for (const i of [0, 1, 2, 2, 2]) await append(i);
  await expect(append(9, '8')).rejects.toMatchObject({ code: 'forbidden' });
  await append(3);
  await expect(append(4)).rejects.toEqual(refused);
  // What is there is told all the same: its first answer was lost.
  expect(await append(3)).toMatchObject({ message: { message: 'line 3' } });
  await expect(append(9, '8')).rejects.toMatchObject({ code: 'forbidden' });
  await expect(append(4)).rejects.toEqual(refused);
  const history = new HistoryStore(redis, config);
  const answers = await history.sync(
    rooms.map((roomId) => ({ roomId, seq: 0, id: '', rev: 0 })),
    10,
  );
  expect(answers.map((json) => JSON.parse(json).messages.length)).toEqual([1, 1, 1, 1]);
  expect(JSON.parse((await history.heads(rooms)).text).heads).toHaveLength(4);
});

it('does not count there what could not be stored and is tried again', async () => {
  const config = loadConfig({ MESSAGES_PER_WINDOW: '4', MESSAGES_WINDOW_MS: '600000' });
  const store = new MessagesStore(redis, config, new Spending(redis, config));
  const append = (i: number) =>
    appendOne(store, { userId: '11', roomId: '0', message: 'hello', clientId: `failing-${i}` });
  await append(0);
  const head = keys.roomHead('0');
  const kept = await redis.hgetall(head);
  await redis.set(head, 'broken');
  for (const _ of [1, 2, 3, 4, 5]) await expect(append(1)).rejects.toThrow('WRONGTYPE');
  await redis.del(head);
  await redis.hset(head, kept);
  for (const i of [1, 2, 3]) await append(i);
  await expect(append(4)).rejects.toMatchObject({ code: 'rate_limited' });
});

it('edits and deletes there too, counts them, and tells who was away', async () => {
  const config = loadConfig({ MESSAGES_PER_WINDOW: '5', MESSAGES_WINDOW_MS: '600000' });
  const spending = new Spending(redis, config);
  const store = new MessagesStore(redis, config, spending);
  const changes = new ChangesStore(redis, config, spending);
  const history = new HistoryStore(redis, config);
  const appended = await appendOne(
    store,
    { userId: '7', roomId: '7:8', message: 'a', clientId: 'cluster-edit' },
    { id: '7:8', names: [] },
  );
  if (appended === 'names') throw new Error('not stored');
  const { id } = appended.message;
  const [first = ''] = await history.sync([{ roomId: '7:8', seq: 0, id: '', rev: 0 }], 10);
  await changes.edit('7', id, 'b', 1);
  for (const _ of [1, 2, 3]) await changes.edit('7', id, 'b', 1);
  for (const act of [changes.edit('8', id, 'x', 2), changes.edit('9', id, 'x', 2)]) await expect(act).rejects.toThrow();
  expect(await changes.edit('7', id, 'c', 1)).toMatchObject({ conflict: true, message: { rev: 2 } });
  await changes.edit('7', id, 'c', 2);
  const gone = await changes.delete('7', id);
  expect(await changes.delete('7', id)).toEqual(gone);
  const [missed = ''] = await history.sync([JSON.parse(first).upTo], 10);
  expect(JSON.parse(missed)).toMatchObject({ changed: [gone], messages: [], upTo: { seq: 1, rev: 4 } });
  expect(JSON.parse((await history.get('8', id)).text)).toEqual(gone);
  const more = (i: number) =>
    appendOne(
      store,
      { userId: '7', roomId: '7:8', message: 'd', clientId: `cluster-more-${i}` },
      { id: '7:8', names: [] },
    );
  await more(1);
  await expect(more(2)).rejects.toMatchObject({ code: 'rate_limited' });
});
