import { type Message, userActor } from '@app/contracts';
import { channelsOf, keys, type Redis, whenReady } from '@app/redis';
import { loadConfig } from '@app/service';
import { type BatchRequest, StreamsClient, StreamsServer, unfinishedWork } from '@app/streams';
import { startRedis, type TestRedis, until } from '@app/testing';
import { Appending } from './appending';
import { Growth } from './growth';
import { MessagesStore } from './messages.store';
import { Spending } from './spending';

const config = loadConfig({ MESSAGES_PER_WINDOW: '1000000', STORED_BYTES_PER_DAY: '0' });
const LIMITS = { leaseMs: 600, blockMs: 300, retryMs: 10, graceMs: 2000 };

type Requests = Parameters<Appending['append']>[0];

let server: TestRedis;
let redis: Redis;
let streams: StreamsClient;
let replicas: StreamsServer[];
let announced: string[];

beforeAll(async () => {
  server = await startRedis({ appendonly: true });
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
  replicas = [];
  announced = [];
  const subscriber = await server.connect('subscriber');
  subscriber.on('message', (_channel, payload) => announced.push(JSON.parse(payload).data.message));
  await subscriber.subscribe(channelsOf(redis).messages);
});
afterEach(() => Promise.all(replicas.map((one) => one.close())));

/** A replica of the service. @param around what happens with a batch beside its being stored */
async function serve(
  limits: object,
  around: (requests: Requests, append: () => Promise<unknown>) => Promise<unknown> = (_, append) => append(),
): Promise<StreamsServer> {
  const own = await server.connect('commands');
  const store = new MessagesStore(own, config, new Spending(own, config));
  const appending = new Appending(store, new Growth(streams, { warn: () => undefined }), streams, config);
  const replica = new StreamsServer({
    service: 'messages',
    endpoint: server.endpoint,
    limits: { ...LIMITS, ...limits },
  });
  const handler = (data: unknown) => {
    const requests = data as BatchRequest<Requests[number]['data']>[];
    return around(requests, () => appending.append(requests));
  };
  replica.addHandler('messages.append', handler, false, { inOrder: true, batch: true });
  replicas.push(replica);
  replica.listen(() => undefined);
  await until(() => replica.isReady(), 'a replica');
  return replica;
}

const numbered = (n: number) => Array.from({ length: n }, (_, i) => `line ${i}`);
const say = (message: string, roomId = '0'): Promise<Message> => {
  const clientId = `crash-${message.replace(' ', '-')}`;
  const request = { userId: '1', roomId, message, clientId };
  return streams.call('messages.append', request, {
    key: clientId,
    context: { requestId: clientId, actor: userActor('1') },
  });
};
const stored = async (roomId = '0') =>
  (await redis.zrange(keys.room(roomId), '0', '-1')).map((json) => JSON.parse(json) as Message);

it('a batch that was stored and not acknowledged gets the same answers from the next replica, and is told once', async () => {
  const texts = numbered(20);
  let first: { text: string }[] = [];
  const calls = texts.map((text) => say(text));
  await until(async () => (await redis.xlen(keys.work('messages'))) === 1, 'all to be asked');
  // It ends behind its script.
  const stuck = new Promise<never>(() => undefined);
  const replica = await serve({ graceMs: 50 }, async (_, append) => {
    first = (await append()) as typeof first;
    return stuck;
  });
  await until(() => first.length === 20, 'the batch to be stored');
  await replica.close();
  await serve({});
  const answers = await Promise.all(calls);
  expect(answers.map((message) => message.message)).toEqual(texts);
  expect(answers).toEqual(first.map(({ text }) => JSON.parse(text)));
  expect((await stored()).map(({ seq }) => seq)).toEqual(texts.map((_, i) => i + 1));
  expect(announced).toEqual(texts);
});

it('Redis killed in the middle: each message is stored once, in the order sent, and a repetition gets the first answer', async () => {
  const texts = numbered(300);
  const batches: number[] = [];
  let killing: Promise<void> | undefined;
  const calls = texts.map((text) => say(text));
  const outcomes = Promise.allSettled(calls);
  await until(async () => (await redis.xlen(keys.work('messages'))) >= 5, 'all to be asked');
  const serving = serve({ batchRequests: 16 }, async (requests, append) => {
    await serving;
    batches.push(requests.length);
    // Some scripts are answered, one is on its way.
    if (batches.length === 6) killing = server.kill();
    return append();
  });
  const replica = await serving;
  await outcomes;
  await killing;
  await server.restart();
  await whenReady(redis);
  await until(() => replica.isReady() && streams.isReady(), 'all to be back');
  await until(async () => (await redis.xlen(keys.work('messages'))) === 0, 'all to be handled');
  const messages = await stored();
  expect(messages.map(({ message }) => message)).toEqual(texts);
  expect(messages.map(({ seq }) => seq)).toEqual(texts.map((_, i) => i + 1));
  expect(Math.max(...batches)).toBe(16);
  const again = await Promise.all(texts.map((text) => say(text)));
  expect(again.map(({ seq, date }) => ({ seq, date }))).toEqual(messages.map(({ seq, date }) => ({ seq, date })));
  expect(await redis.zcard(keys.room('0'))).toBe(300);
});

it('a room whose batch fails as Redis is away does not keep others waiting, and comes first when it is back', async () => {
  let failures = 0;
  await redis.hset(keys.roomMembers('5'), '1', 'member');
  const calls = [...numbered(10).map((text) => say(text)), say('elsewhere', '5')];
  await until(async () => (await redis.xlen(keys.work('messages'))) === 1, 'all to be asked');
  let isBack = false;
  await serve({ retryMs: 10, batchRequests: 4 }, (requests, append) => {
    if (requests[0]?.data.roomId !== '0' || isBack) return append();
    failures += 1;
    // The script ran, its answer is lost.
    return append().then(() => Promise.reject(new Error('Connection is closed.')));
  });
  await calls.at(-1);
  await until(() => failures >= 2, 'the room to be tried again');
  isBack = true;
  await Promise.all(calls);
  expect((await stored()).map(({ message }) => message)).toEqual(numbered(10));
  expect(announced.filter((text) => text !== 'elsewhere')).toEqual(numbered(10));
});

it('one that comes by itself is answered, and its entry removed, by the script that stores it', async () => {
  const finished: (boolean | undefined)[] = [];
  await serve({}, async ([request, ...others], append) => {
    const outcomes = await append();
    if (others.length === 0) finished.push(request?.finishing?.isDone);
    // Whatever becomes of the process now.
    if (request?.finishing?.isDone) throw new Error('ended');
    return outcomes;
  });
  let asked = 0;
  await until(async () => {
    await say(`line ${asked++}`);
    return finished.at(-1) === true;
  }, 'the way through partitions');
  const message = await say('line last');
  expect(message).toEqual({ ...(await stored()).at(-1), id: message.id });
  expect(await say('line last')).toEqual(message);
  expect(finished.slice(-2)).toEqual([true, true]);
  const request = { userId: '7', roomId: '5', message: 'no', clientId: 'crash-no' };
  const refused = streams.call('messages.append', request, { key: 'crash-no' });
  await expect(refused).rejects.toMatchObject({ code: 'forbidden' });
  expect(finished.at(-1)).toBe(false);
  expect(await unfinishedWork(redis, 'messages')).toBe(0);
  expect((await stored()).length).toBe(asked + 1);
});
