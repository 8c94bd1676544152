import type { Presence } from '@app/contracts';
import {
  Cluster,
  type Ears,
  Person,
  RedisLinks,
  type ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';
import { MembersStore } from '../../apps/rooms/src/members.store';
import { Telling } from '../../apps/rooms/src/telling';

const CATCH_UP_MAX = 20;

let redis: TestRedis;
let cluster: Cluster;
let proxy: RedisLinks;
let deaf: ServiceProcess;
let pablo: Person;
let joe: Person;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1, env: { PRESENCE_GRACE_MS: '100' } });
  proxy = await RedisLinks.start(redis);
  deaf = await cluster.spawn('gateway', {
    ...proxy.env,
    RELAY_HEARTBEAT_MS: '200',
    RELAY_SILENCE_MS: '1000',
    CATCH_UP_MAX: String(CATCH_UP_MAX),
    RESYNC_SPREAD_MS: '100',
  });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(deaf.url, 'Joe');
});
afterEach(() => {
  for (const person of [pablo, joe]) person.leave();
});
afterAll(async () => {
  await deaf?.end();
  await cluster?.stop();
  proxy?.stop();
  await redis?.stop();
});

const lines = (what: string, n: number) => Array.from({ length: n }, (_, i) => `${what} ${i}`);

/** What is said while a gateway's connections to Redis are open and dead. */
async function sayUnheard(ears: Ears, texts: readonly string[]): Promise<void> {
  const thaw = proxy.freeze(() => true, false);
  for (const text of texts) await ears.say('0', text);
  thaw();
}

it('a gateway whose connections are open and dead notices, and its sockets miss nothing', async () => {
  const [a, b] = [await pablo.connect(), await joe.connect()];
  await a.say('0', 'before');
  await b.hears('before');
  const thaw = proxy.freeze(() => true, false);
  await a.say('0', 'unheard');
  await b.hears('unheard');
  thaw();
  await a.say('0', 'after');
  await b.hears('after');
  expect(b.texts('0')).toEqual(['before', 'unheard', 'after']);
  expect(deaf.logs).toContain('no pub/sub heartbeat for 1000 ms, reconnecting');
  expect(b.of('hello')).toHaveLength(1);
});

it('beyond its bound it tells its clients to sync, and they find everything', async () => {
  const [a, b] = [await pablo.connect(), await joe.connect()];
  const [{ epoch, head }] = [(await joe.get('/api/rooms/0/messages?limit=1')).body];
  const texts = lines('far behind', 3 * CATCH_UP_MAX);
  await sayUnheard(a, texts);
  await b.next('resync');
  const answer = await b.call<{ rooms: { status: string; messages: { message: string }[] }[] }>('sync', {
    epoch,
    positions: [head],
  });
  if (!answer.ok) throw new Error(answer.error.code);
  expect(answer.rooms[0]?.status).toBe('ok');
  expect(answer.rooms[0]?.messages.map(({ message }) => message)).toEqual(texts);
  await a.say('0', 'live again');
  await b.hears('live again');
});

it('who is online agrees with the news, though somebody left and came back unheard', async () => {
  const b = await joe.connect({ auth: { protocol: 1 } });
  const a = await pablo.connect();
  const list = async () => {
    const answer = await b.call<{ users: Presence[] }>('online', {});
    return answer.ok ? answer.users.map(({ id }) => id) : [];
  };
  await until(async () => (await list()).includes('1'), 'Pablo to be shown as online');
  const thaw = proxy.freeze(() => true, false);
  const truth = await redis.connect();
  a.socket.disconnect();
  await until(async () => (await truth.sismember('online_users', '1')) === 0, 'Pablo to be gone');
  const heard = b.of('presence').length;
  const listed = await list();
  const back = await pablo.connect();
  thaw();
  await back.say('0', 'back again');
  await b.hears('back again');
  const shown = () => {
    const online = new Set(listed);
    for (const { id, online: came } of b.of('presence').slice(heard).flat() as Presence[]) {
      if (came) online.add(id);
      else online.delete(id);
    }
    return [...online].sort().join();
  };
  await until(() => shown() === '1,2', 'both to be shown as online');
});

describe('a named room', () => {
  const ROOM = '7';
  /** Of those whose client knows our protocol. */
  const ours = { auth: { protocol: 1 } };
  let store: MembersStore;
  let a: Ears;
  /** One user's, at both gateways. */
  let both: Ears[];

  beforeAll(async () => {
    const connection = await redis.connect();
    store = new MembersStore(connection, new Telling(connection, { CHANGES_KEPT: 2000 }));
    await store.set(ROOM, pablo, 'm');
  });
  beforeEach(async () => {
    a = await pablo.connect(ours);
    both = [await joe.connect(ours), await joe.at(cluster.gateway(0).url).connect(ours)];
  });
  afterEach(() => store.set(ROOM, joe, null));

  /** What both sockets have heard of the room by the time at which everybody has heard this. */
  async function heardBy(text: string): Promise<string[][]> {
    await a.say('0', text);
    await Promise.all(both.map((ears) => ears.hears(text)));
    return both.map((ears) => ears.texts(ROOM));
  }
  const isMember = (member: boolean) => store.set(ROOM, joe, member ? 'm' : null);
  const refused = { ok: false, error: { code: 'forbidden' } };

  it('is heard by who is added from the next message on, on every gateway; what was before is in sync', async () => {
    await a.say(ROOM, 'before');
    await isMember(true);
    await a.say(ROOM, 'next');
    await isMember(true);
    await store.set(ROOM, joe, 'a');
    await a.say(ROOM, 'as an admin');
    expect(await heardBy('all of it')).toEqual([
      ['next', 'as an admin'],
      ['next', 'as an admin'],
    ]);
    for (const ears of both) {
      await ears.next('rooms.stale', ({ spreadMs }) => spreadMs === 0);
      const positions = [{ roomId: ROOM, seq: 0, id: '' }];
      const answer = await ears.call<{ rooms: { messages: { message: string }[] }[] }>('sync', { positions });
      const synced = answer.ok ? answer.rooms[0]?.messages.map(({ message }) => message) : [];
      expect(synced).toEqual(['before', 'next', 'as an admin']);
      expect(await ears.call('typing', { roomId: ROOM })).toEqual({ ok: true });
    }
  });

  it('is heard no more by who is taken out, on any gateway', async () => {
    await isMember(true);
    await a.say(ROOM, 'with Joe');
    await isMember(false);
    await a.say(ROOM, 'without Joe');
    expect(await heardBy('without one')).toEqual([['with Joe'], ['with Joe']]);
    for (const ears of both) {
      expect(await ears.call('typing', { roomId: ROOM })).toMatchObject(refused);
      expect(await ears.call('room.join', ROOM)).toMatchObject(refused);
      const send = { roomId: ROOM, message: 'still here?', clientId: 'still-here-1' };
      expect(await ears.call('message', send)).toMatchObject(refused);
    }
  });

  it('is heard no more by who was taken out while the gateway was deaf, and by who was added', async () => {
    await isMember(true);
    await a.say(ROOM, 'with Joe again');
    await Promise.all(both.map((ears) => ears.hears('with Joe again')));
    const out = proxy.freeze(() => true, false);
    await isMember(false);
    await a.say(ROOM, 'to a deaf gateway');
    expect(await heardBy('deaf for a while')).toEqual([['with Joe again'], ['with Joe again']]);
    out();
    const back = proxy.freeze(() => true, false);
    await isMember(true);
    await heardBy('deaf once more');
    await a.say(ROOM, 'with Joe for good');
    back();
    await Promise.all(both.map((ears) => ears.hears('with Joe for good')));
    for (const ears of both) expect(ears.texts(ROOM)).toEqual(['with Joe again', 'with Joe for good']);
  });
});
