import { DEMO_USERNAMES } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { Cluster, ServiceProcess, startRedis, type TestRedis, until } from '@app/testing';

let server: TestRedis;
let redis: Redis;
let cluster: Cluster | undefined;
const auths: ServiceProcess[] = [];

beforeEach(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
});
afterEach(async () => {
  await Promise.all(auths.splice(0).map((auth) => auth.end('SIGKILL')));
  await cluster?.stop();
  cluster = undefined;
  await server?.stop();
});

/** Starts an auth process and does not wait for it. */
function startAuth(rounds: number, env: Record<string, string> = {}): ServiceProcess {
  const settings = { REDIS_ENDPOINT_URL: server.url, BCRYPT_ROUNDS: String(rounds), ...env };
  const auth = ServiceProcess.launch('auth', settings);
  auths.push(auth);
  return auth;
}
/** Starts all services and waits until the filling is done. */
async function startServices(): Promise<void> {
  cluster = await Cluster.start({ redis: server, gateways: 0 });
  await until(async () => (await redis.get(keys.demoLock)) === 'done', 'demo data filled', 30_000);
}
const texts = async (roomId: string) =>
  (await redis.zrange(keys.room(roomId), '0', '-1')).map((member) => JSON.parse(member).message);
const idOf = async (name: string) => (await redis.get(keys.username(name)))?.slice('user:'.length) ?? '';

/** The demo's people are there, each pair greeted each other, and General has its five lines; each once. */
async function expectWhole(): Promise<void> {
  const ids = await Promise.all(DEMO_USERNAMES.map(idOf));
  for (const [i, id] of ids.entries()) {
    expect(await redis.hget(keys.user(id), 'username')).toBe(DEMO_USERNAMES[i]);
    expect(await redis.hget(keys.user(id), 'password')).toMatch(/^\$2b\$/);
    await until(async () => (await redis.sismember(keys.userRooms(id), '0')) === 1, 'General in every list');
    for (const other of ids.slice(i + 1)) {
      const room = `${id}:${other}`;
      expect(await redis.zcard(keys.room(room))).toBe(2);
      const from = (await redis.zrange(keys.room(room), '0', '-1')).map((member) => JSON.parse(member).from);
      expect(from).toEqual([id, other]);
      for (const member of [id, other]) expect(await redis.sismember(keys.userRooms(member), room)).toBe(1);
    }
  }
  expect(await texts('0')).toHaveLength(5);
  expect((await texts('0'))[0]).toBe('Hello!');
}

it("is filled once by several replicas that start at once, under exactly the demo's keys", async () => {
  startAuth(4);
  startAuth(4);
  await startServices();
  await expectWhole();
  expect(await redis.get(keys.totalUsers)).toBe('4');
  const pairs = ['1:2', '1:3', '1:4', '2:3', '2:4', '3:4'];
  const expected = new Map([
    ['total_users', 'string'],
    ['room:0:name', 'string'],
    ['room:0', 'zset'],
    ...pairs.map((pair): [string, string] => [`room:${pair}`, 'zset']),
    ...DEMO_USERNAMES.flatMap((name, i): [string, string][] => [
      [`username:${name}`, 'string'],
      [`user:${i + 1}`, 'hash'],
      [`user:${i + 1}:rooms`, 'set'],
    ]),
  ]);
  const all = await redis.keys('*');
  // What is ours is inside braces, but for the work streams, their readers and the database's name.
  const demos = all.filter((key) => !/^\{|^(work|events):|^(epoch|schema)$/.test(key)).sort();
  expect(demos).toEqual([...expected.keys()].sort());
  for (const key of demos) expect([key, await redis.type(key)]).toEqual([key, expected.get(key)]);
  expect(await redis.get('room:0:name')).toBe('General');
  const scores = await redis.zrange('room:0', '0', '-1', 'WITHSCORES');
  expect(JSON.parse(scores[0] ?? '')).toMatchObject({
    from: '1',
    date: Number(scores[1]),
    message: 'Hello!',
    roomId: '0',
  });
});

it('is finished by other processes when the one that filled it was killed', async () => {
  const filler = startAuth(11, { DEMO_LEASE_MS: '4000' });
  await until(async () => (await redis.exists(keys.username('Joe'))) === 1, 'two users', 30_000);
  await filler.end('SIGKILL');
  expect(await redis.exists(keys.username('Alex'))).toBe(0);
  startAuth(4);
  await startServices();
  await expectWhole();
});
