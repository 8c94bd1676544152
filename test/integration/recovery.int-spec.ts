import { keys } from '@app/redis';
import { Sealer, StreamsClient } from '@app/streams';
import {
  Cluster,
  type Ears,
  PASSWORD_OF_TESTS,
  Person,
  SEAL_SECRET_OF_TESTS,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';
import { fillRoom } from '../measure/history';

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let joe: Person;

beforeAll(async () => {
  redis = await startRedis({ appendonly: true });
  cluster = await Cluster.start({ redis, replicas: 2 });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
});
afterEach(() => {
  for (const person of [pablo, joe]) person.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

/** Sends until it is acknowledged, as a client does: the same client id every time. */
async function sayUntilStored(ears: Ears, roomId: string, message: string): Promise<void> {
  const clientId = `until-${message.replaceAll(' ', '-')}-${Date.now()}`;
  await until(async () => (await ears.call('message', { roomId, message, clientId })).ok, `ack of ${message}`, 20_000);
}

const lines = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what} ${i}`);

describe('sockets that never ask for anything', () => {
  it('miss nothing while their gateway was deaf, in a quiet room too', async () => {
    const [a, b] = [await pablo.connect(), await joe.connect()];
    const killer = await redis.connect();
    for (const message of lines('deaf', 8)) {
      await killer.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await sayUntilStored(a, '0', message);
    }
    await killer.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await sayUntilStored(b, '1:2', 'private and deaf');
    await a.hears('private and deaf');
    await Promise.all([a, b].map((ears) => ears.hears('deaf 7')));
    expect(a.texts('0')).toEqual(lines('deaf', 8));
    expect(b.texts('0')).toEqual(lines('deaf', 8));
  });

  it('miss nothing over a restart of Redis, and nobody seems to leave', async () => {
    const [a, b] = [await pablo.connect(), await joe.connect()];
    await sayUntilStored(a, '0', 'before');
    await Promise.all([redis.restart(), sayUntilStored(a, '0', 'meanwhile')]);
    await sayUntilStored(b, '0', 'after');
    await Promise.all([a, b].map((ears) => ears.hears('after')));
    expect(a.texts('0')).toEqual(['before', 'meanwhile', 'after']);
    expect(b.texts('0')).toEqual(['before', 'meanwhile', 'after']);
    expect([...a.of('user.disconnected'), ...b.of('user.disconnected')]).toEqual([]);
    expect((await pablo.get('/api/users/online')).body.users.map(({ id }: { id: string }) => id).sort()).toEqual([
      '1',
      '2',
    ]);
  });

  it('hear once of each private room that began while their gateway was deaf', async () => {
    const b = await joe.connect();
    const killer = await redis.connect();
    const anns = await Promise.all(
      lines('Ann', 12).map((name) => Person.register(cluster.gateway(0).url, `${name} ${Date.now()}`)),
    );
    const ears = await Promise.all(anns.map((ann) => ann.connect()));
    for (const [i, a] of ears.entries()) {
      if (i % 2 === 0) await killer.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await sayUntilStored(a, `2:${anns[i]?.id}`, `hello ${i}`);
    }
    await Promise.all(ears.map((_, i) => b.hears(`hello ${i}`)));
    const roomOf = ({ id, roomId = id }: { id: string; roomId?: string }) => roomId;
    for (const { id } of anns) {
      const ofRoom = b.heard.filter(({ data }) => roomOf(data as { id: string }) === `2:${id}`);
      expect(ofRoom.map(({ event }) => event)).toEqual(['show.room', 'message']);
    }
    for (const ann of anns) ann.leave();
  });

  it('hear of a private room that nobody told their gateway of, once it is in their lists', async () => {
    const ann = await Person.register(cluster.gateway(0).url, `Anna${Date.now()}`);
    const [a, b] = [await ann.connect(), await joe.connect()];
    const roomId = `2:${ann.id}`;
    await fillRoom(await redis.connect(), roomId, 2, [ann.id, '2']);
    const caller = new StreamsClient({ endpoint: redis.endpoint, name: 'spec' });
    await caller.whenReady();
    await caller.emitEvent('room.started', { roomId }, { key: `room.started:${roomId}` });
    await until(() => b.texts(roomId).length === 2, 'both messages');
    await sayUntilStored(a, roomId, 'hello Joe');
    await b.hears('hello Joe');
    expect(b.texts(roomId).slice(0, 2)).toEqual(['1: a message of', '2: a message of some']);
    expect(b.of('show.room')).toEqual([expect.objectContaining({ id: roomId })]);
    expect(b.texts(roomId)).toHaveLength(3);
    await caller.close();
    ann.leave();
  });
});

const replica = (name: string) => cluster.workers.find((worker) => worker.name === name && worker.isRunning);

it.each([
  ['killed', 'SIGKILL'],
  ['asked to stop', 'SIGTERM'],
  ['standing still', 'SIGSTOP'],
] as const)('a replica of a service that is %s is noticed by nobody for long', async (how, signal) => {
  const [a, b] = [await pablo.connect(), await joe.connect()];
  const messages = replica('messages');
  const texts = lines(`through one ${how}`, 40);
  for (const [i, text] of texts.entries()) {
    if (i === 10) messages?.signal(signal);
    await sayUntilStored(a, '0', text);
  }
  await b.hears(texts.at(-1) ?? '');
  expect(b.texts('0')).toEqual(texts);
  await messages?.end('SIGKILL');
  cluster.workers.push(await cluster.spawn('messages'));
});

it('a registration that a killed replica had begun is finished by another, once', async () => {
  const slow = await Promise.all([1, 2].map(() => cluster.spawn('auth', { BCRYPT_ROUNDS: '10' })));
  for (const worker of cluster.workers.filter(({ name }) => name === 'auth')) await worker.end();
  cluster.workers.push(...slow);
  const data = await redis.connect();
  const sealer = new Sealer([SEAL_SECRET_OF_TESTS]);
  const caller = new StreamsClient({ endpoint: redis.endpoint, name: 'spec', limits: { timeoutMs: 60_000 }, sealer });
  await caller.whenReady();
  const names = lines('Newcomer', 20);
  const registering = names.map((username) => caller.call('auth.register', { username, password: PASSWORD_OF_TESTS }));
  await until(async () => (await data.exists(...names.map(keys.username))) > 0, 'the first of them');
  await slow[0]?.end('SIGKILL');
  const users = await Promise.all(registering);
  expect(users.map(({ username }) => username)).toEqual(names);
  expect(await Promise.all(names.map((name) => data.get(keys.username(name))))).toEqual(
    users.map(({ id }) => keys.user(id)),
  );
  await until(async () => (await data.xlen(keys.events('rooms'))) === 0, 'the rooms service to have heard');
  const rooms = await Promise.all(users.map(({ id }) => data.smembers(keys.userRooms(id))));
  expect(rooms).toEqual(users.map(() => ['0']));
  await caller.close();
  cluster.workers.push(await cluster.spawn('auth'));
});

it('a wiped database makes everybody start afresh', async () => {
  const [a, b] = [await pablo.connect(), await joe.connect()];
  await sayUntilStored(a, '0', 'soon gone');
  const { epoch, head } = (await pablo.get('/api/rooms/0/messages?limit=1')).body;
  const sessions = await redis.connect();
  const names = [...(await sessions.keys('sess:*')), ...(await sessions.keys('user*')), 'total_users'];
  const dumps = await Promise.all(names.map(async (key) => ({ key, value: await sessions.dumpBuffer(key) })));
  await sessions.flushall();
  await Promise.all(dumps.map(({ key, value }) => value && sessions.restore(key, 0, value)));
  await sayUntilStored(b, '0', 'a new history');
  await a.hears('a new history');
  const answer = await a.call<{ epoch: string; rooms: unknown[] }>('sync', { epoch, positions: [head] });
  expect(answer).toMatchObject({ ok: true, rooms: [{ status: 'reset' }] });
  await until(async () => (await sessions.smembers('online_users')).length === 2, 'both online again');
});

it('a frozen Redis is told as unavailable, and nothing is missing after it', async () => {
  const [a, b] = [await pablo.connect(), await joe.connect()];
  const readiness = async () => (await fetch(`${cluster.gateway(0).url}/health/ready`)).status;
  await redis.pause();
  const [meanwhile] = [sayUntilStored(a, '0', 'while frozen')];
  await until(async () => (await readiness()) === 503, 'not ready', 20_000);
  expect((await fetch(`${cluster.gateway(0).url}/health/live`)).status).toBe(200);
  expect(await pablo.get('/api/rooms')).toMatchObject({ status: 503, body: { code: 'unavailable' } });
  await redis.resume();
  await meanwhile;
  await sayUntilStored(b, '0', 'thawed');
  await Promise.all([a, b].map((ears) => ears.hears('thawed')));
  expect(a.texts('0')).toEqual(['while frozen', 'thawed']);
  expect(b.texts('0')).toEqual(['while frozen', 'thawed']);
  await until(async () => (await readiness()) === 200, 'ready again');
});
