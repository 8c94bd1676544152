import { FACTS, type Message } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { loadConfig, Rights, RoomFollower } from '@app/service';
import { type Json, StreamsClient, StreamsServer, WorkContext } from '@app/streams';
import { startRedis, type TestRedis, until } from '@app/testing';
import { Appending } from './appending';
import { ChangesStore } from './changes.store';
import { Growth } from './growth';
import { HistoryStore } from './history.store';
import { MessagesController } from './messages.controller';
import { MessagesStore } from './messages.store';
import { Spending } from './spending';

const config = loadConfig({ MESSAGES_PER_WINDOW: '100000', SYNC_MAX_BEHIND: '50' });
const PLACES = 'places of the spec';

let server: TestRedis;
let redis: Redis;
let streams: StreamsClient;
let controller: MessagesController;
let servers: StreamsServer[];
let count = 0;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
  streams = new StreamsClient({ endpoint: server.endpoint, name: 'spec', limits: { timeoutMs: 20_000 } });
  await streams.whenReady();
});
afterAll(async () => {
  await streams?.close();
  await server?.stop();
});
beforeEach(async () => {
  await redis.flushall();
  servers = [];
  const spending = new Spending(redis, config);
  const growth = new Growth(streams, { warn: () => undefined });
  controller = new MessagesController(
    new Appending(new MessagesStore(redis, config, spending), growth, streams, config),
    new ChangesStore(redis, config, spending),
    new HistoryStore(redis, config),
    growth,
    new Rights(redis),
    config,
  );
});
afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all(servers.map((one) => one.close()));
});

const context = (id: number) => new WorkContext([`request-${id}`, `key-${id}`, 1, { userId: '1', kind: 'user' }]);
const say = async (message: string, roomId = '0'): Promise<Message> => {
  count += 1;
  const data = { userId: '1', roomId, message, clientId: `growth-${count}` };
  const [answer] = await controller.append([{ data, context: context(count) }]);
  return JSON.parse((answer as Json).text);
};
const edit = ({ id, seq = 0, rev = seq }: Message, message: string) =>
  controller.edit({ userId: '1', id, message, ifRev: rev }, context(++count));
const remove = ({ id }: Message) => controller.delete({ userId: '1', id }, context(++count));

/** A replica of a service with some handlers. */
function serve(
  service: 'rooms' | 'messages',
  handlers: Record<string, (data: never, context: WorkContext) => unknown>,
) {
  const replica = new StreamsServer({ service, endpoint: server.endpoint });
  for (const [pattern, handler] of Object.entries(handlers)) {
    replica.addHandler(pattern, async (data, context) => handler(data as never, context), service === 'rooms');
  }
  replica.listen(() => undefined);
  servers.push(replica);
  return until(() => replica.isReady(), `a replica of ${service}`);
}

/** What a service does that is told of rooms that grew. */
class Index {
  readonly hints: { roomId: string; rev: number }[] = [];
  readonly texts = new Map<string, string>();
  readonly begun: string[] = [];
  fails = false;
  private readonly follower = new RoomFollower(streams, redis, PLACES, {
    take: async ({ messages, changed }) => {
      if (this.fails) throw new Error('no disk');
      for (const { id, message } of [...messages, ...changed]) this.texts.set(id, message);
    },
    afresh: async (roomId) => {
      this.begun.push(roomId);
      const { messages } = JSON.parse((await controller.page({ userId: '1', roomId, limit: 1000 }, context(0))).text);
      for (const { id, message } of messages) this.texts.set(id, message);
    },
  });

  readonly handlers = {
    'room.grew': async (data: { roomId: string; rev: number }, context: WorkContext) => {
      this.hints.push(data);
      await this.follower.grew(data, context);
    },
  };

  get sorted(): string[] {
    return [...this.texts.values()].sort();
  }
}

const subscribed = () =>
  jest.replaceProperty(FACTS['room.grew'] as { subscribers: readonly string[] }, 'subscribers', ['rooms']);
const serveFeed = () =>
  serve('messages', {
    'messages.missed': (data) => controller.missed(data),
    'messages.heads': (data) => controller.heads(data),
  });

it('costs nothing while nobody follows', async () => {
  const message = await say('unfollowed');
  await remove((await edit(message, 'still unfollowed')).message);
  expect(await redis.keys('events:*')).toEqual([]);
});

it('is told once a room and tick, with the last rev, before the request is acknowledged', async () => {
  subscribed();
  await redis.hset(keys.roomMembers('7'), '1', 'm');
  const said = await Promise.all(['0', '0', '7', '0', '7'].map((roomId, i) => say(`line ${i}`, roomId)));
  const entries = await redis.xrange(keys.events('rooms'), '-', '+');
  const facts = entries.flatMap(([, fields]) => JSON.parse(fields[1] ?? '[]'));
  const last = (roomId: string) =>
    Math.max(...facts.filter(({ data }) => data.roomId === roomId).map(({ data }) => data.rev));
  expect([last('0'), last('7')]).toEqual([3, 2]);
  expect(facts.length).toBeLessThan(said.length);
  expect(facts[0]).toMatchObject({
    pattern: 'room.grew',
    actor: { userId: '1' },
    key: expect.stringMatching(/^room\.grew:\d:\d$/),
  });
});

it('brings a follower from its own place to what is there: messages, edits and deletions', async () => {
  subscribed();
  await say('from before');
  await redis.del(keys.events('rooms'));
  const index = new Index();
  await Promise.all([serveFeed(), serve('rooms', index.handlers)]);
  const first = await say('first');
  const [second, third] = [await say('second'), await say('third')];
  await edit(second, 'second, edited');
  await remove(third);
  const all = ['', 'first', 'from before', 'second, edited'];
  await until(() => index.sorted.join() === all.join(), 'the index to be as the room');
  expect(index.begun).toEqual(['0']);
  await until(async () => (await redis.xlen(keys.events('rooms'))) === 0, 'all hints to be taken');

  // Its place is kept: another process goes on from there, though a hint was lost and one fails first.
  await Promise.all(servers.splice(0).map((one) => one.close()));
  await edit(first, 'first, edited');
  await redis.del(keys.events('rooms'));
  const next = new Index();
  next.fails = true;
  await Promise.all([serveFeed(), serve('rooms', next.handlers)]);
  await say('fourth');
  await until(() => next.hints.length > 1, 'another try');
  next.fails = false;
  await until(() => next.sorted.join() === ['first, edited', 'fourth'].join(), 'what was missed');
  expect(next.begun).toEqual([]);
});

it('has a follower begin afresh where its place is of another history, or too far behind', async () => {
  subscribed();
  const index = new Index();
  await Promise.all([serveFeed(), serve('rooms', index.handlers)]);
  await say('soon gone');
  await until(() => index.sorted.length === 1, 'the first');
  const [place] = [await redis.hgetall(PLACES)];
  await redis.flushall();
  await redis.hset(PLACES, place);
  index.texts.clear();
  await until(() => servers.every((one) => one.isReady()), 'replicas of the new database');
  await say('another history');
  await until(() => index.sorted.join() === 'another history', 'the new history');
  expect(index.begun).toEqual(['0', '0']);

  jest.restoreAllMocks();
  for (let i = 0; i < 60; i++) await say(`unheard ${i}`);
  subscribed();
  await say('heard');
  await until(() => index.texts.size === 62, 'all of it');
  expect(index.begun).toEqual(['0', '0', '0']);
});
