import type { ReadAnswer, ReadMark } from '@app/contracts';
import { Cluster, type Ears, Person, RedisLinks, startRedis, type TestRedis, until } from '@app/testing';

const OURS = { auth: { protocol: 1 } };

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let joe: Person;
let mary: Person;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
  mary = await Person.signIn(cluster.gateway(1).url, 'Mary');
});
afterEach(() => {
  for (const person of [pablo, joe, mary]) person.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

/** Where a room and somebody's mark in it stand, as a gateway lists them. */
async function listed(person: Person, roomId: string): Promise<{ seq: number; read: number }> {
  const { rooms } = (await person.get('/api/rooms')).body;
  const { seq, read } = rooms.find(({ id }: { id: string }) => id === roomId);
  return { seq, read };
}

const read = (ears: Ears, roomId: string, seq: number) => ears.call<ReadAnswer>('room.read', { roomId, seq });

it('reading on one device is known to all others of the user, and to nobody else', async () => {
  const there = pablo.at(cluster.gateway(1).url);
  const [here, elsewhere, demo] = [await pablo.connect(OURS), await there.connect(OURS), await there.connect()];
  const b = await joe.connect(OURS);
  await b.say('1:2', 'one');
  const { seq = 0 } = await b.say('1:2', 'two');
  for (const place of [pablo, there]) expect(await listed(place, '1:2')).toEqual({ seq, read: 0 });

  expect(await read(elsewhere, '1:2', seq)).toEqual({ ok: true, seq });
  for (const ears of [here, elsewhere]) expect(await ears.next('room.read')).toEqual({ roomId: '1:2', seq });
  for (const place of [pablo, there]) expect(await listed(place, '1:2')).toEqual({ seq, read: seq });
  expect(await listed(joe, '1:2')).toEqual({ seq, read: 0 });

  // Told once, and not again for what changes nothing.
  expect(await read(here, '1:2', 1)).toEqual({ ok: true, seq });
  expect(await read(here, '1:2', seq + 100)).toEqual({ ok: true, seq });
  await b.say('1:2', 'three');
  for (const ears of [here, elsewhere, demo]) await ears.hears('three');
  expect([here, elsewhere].map((ears) => ears.of('room.read').length)).toEqual([1, 1]);
  expect([...b.of('room.read'), ...demo.of('room.read')]).toEqual([]);
  expect(await listed(there, '1:2')).toEqual({ seq: seq + 1, read: seq });
});

it('over HTTP it is the same', async () => {
  const ears = await pablo.at(cluster.gateway(1).url).connect(OURS);
  const { seq = 0 } = await (await joe.connect()).say('1:2', 'by HTTP');
  const put = (who: Person, path: string, body: unknown) => who.request('PUT', path, body);
  expect(await put(pablo, '/api/rooms/1:2/read', { seq })).toEqual({ status: 200, body: { seq } });
  expect(await ears.next('room.read', (mark: ReadMark) => mark.seq === seq)).toEqual({ roomId: '1:2', seq });
  const refused: [Person, string, unknown, number][] = [
    [mary, '/api/rooms/1:2/read', { seq }, 403],
    [mary, '/api/rooms/7/read', { seq }, 403],
    [pablo, '/api/rooms/2:1/read', { seq }, 400],
    [pablo, '/api/rooms/1:2/read', { seq: -1 }, 400],
    [pablo, '/api/rooms/1:2/read', { seq: 0.5 }, 400],
    [pablo, '/api/rooms/1:2/read', { seq, roomId: '0' }, 400],
    [Person.visitor(pablo.url), '/api/rooms/1:2/read', { seq }, 401],
  ];
  for (const [who, path, body, status] of refused) expect((await put(who, path, body)).status).toBe(status);
});

it('who is no member marks nothing', async () => {
  const c = await mary.connect(OURS);
  for (const roomId of ['1:2', '7']) {
    expect(await read(c, roomId, 1)).toMatchObject({ ok: false, error: { code: 'forbidden' } });
  }
});

it('what was said in General before somebody came is read, and what comes then is not', async () => {
  const a = await pablo.connect();
  const { seq = 0 } = await a.say('0', 'before Zoe');
  const zoe = await Person.register(cluster.gateway(1).url, 'Zoe');
  expect(await listed(zoe, '0')).toEqual({ seq, read: seq });
  await a.say('0', 'after Zoe came');
  expect(await listed(zoe.at(cluster.gateway(0).url), '0')).toEqual({ seq: seq + 1, read: seq });
});

it('a gateway that was deaf tells its clients that marks may be missing', async () => {
  const proxy = await RedisLinks.start(redis);
  const deaf = await cluster.spawn('gateway', {
    ...proxy.env,
    RELAY_HEARTBEAT_MS: '200',
    RELAY_SILENCE_MS: '1000',
    RESYNC_SPREAD_MS: '100',
  });
  const there = pablo.at(deaf.url);
  const [here, elsewhere, demo] = [await pablo.connect(OURS), await there.connect(OURS), await there.connect()];
  const { seq = 0 } = await (await joe.connect()).say('1:2', 'read while it was deaf');
  await here.hears('read while it was deaf');
  const thaw = proxy.freeze(() => true, false);
  await read(here, '1:2', seq);
  await elsewhere.next('rooms.stale');
  // Its other connections find out by themselves.
  await until(async () => (await there.get('/api/rooms')).status === 200, 'the gateway to serve again');
  expect(await listed(there, '1:2')).toEqual({ seq, read: seq });
  thaw();
  expect(demo.of('rooms.stale')).toEqual([]);
  there.leave();
  await deaf.end();
  proxy.stop();
});
