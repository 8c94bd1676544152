import { keys, type Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { RedisCluster } from '@app/testing';
import { HistoryStore } from './history.store';
import { MessagesStore } from './messages.store';

let cluster: RedisCluster;
let redis: Redis;

beforeAll(async () => {
  cluster = await RedisCluster.start();
  redis = await cluster.connect();
});
afterAll(() => {
  redis?.disconnect();
  cluster?.stop();
});

it("a user's messages are counted once for all rooms of a Redis Cluster, repeated and refused ones not", async () => {
  const config = loadConfig({ MESSAGES_PER_WINDOW: '4', MESSAGES_WINDOW_MS: '600000' });
  const store = new MessagesStore(redis, config);
  const rooms = ['0', '5', '6', '7'];
  for (const room of rooms.slice(1)) await redis.hset(keys.roomMembers(room), '1', 'member');
  const append = (i: number, roomId = rooms[i % 4] ?? '') =>
    store.append({ userId: '1', roomId, message: `line ${i}`, clientId: `cluster-${i}` });
  const refused = expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
  for (const i of [0, 1, 2, 2, 2]) await append(i);
  await expect(append(9, '8')).rejects.toMatchObject({ code: 'forbidden' });
  await append(3);
  await expect(append(4)).rejects.toEqual(refused);
  const history = new HistoryStore(redis, config);
  const answers = await history.sync(
    rooms.map((roomId) => ({ roomId, seq: 0, id: '', rev: 0 })),
    10,
  );
  expect(answers.map((json) => JSON.parse(json).messages.length)).toEqual([1, 1, 1, 1]);
  expect(JSON.parse((await history.heads(rooms)).text).heads).toHaveLength(4);
});
