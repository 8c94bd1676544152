import { keys, type Redis } from '@app/redis';
import { Cluster, PASSWORD_OF_TESTS, Person, startRedis, type TestRedis, until } from '@app/testing';
import { demoLogin } from './demo-client';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
const people: Person[] = [];

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  const env = { SESSION_IDLE_MS: '600000', SESSION_CHECK_MS: '200', SESSIONS_PER_USER: '4', PRESENCE_GRACE_MS: '100' };
  cluster = await Cluster.start({ redis, env });
});
afterAll(async () => {
  for (const person of people) person.leave();
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway: number) => cluster.gateway(gateway).url;
const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0';
let count = 0;

/** Somebody new, signed in once. */
async function newcomer(): Promise<Person> {
  const person = await Person.register(url(0), `Newcomer ${++count}`);
  people.push(person);
  return person;
}
/** The same user, signed in once more. */
async function again({ username }: Person, gateway = 0): Promise<Person> {
  const person = await Person.signIn(url(gateway), username);
  people.push(person);
  return person;
}
interface Listed {
  id: string;
  current: boolean;
  createdAt: number;
  lastUsedAt: number;
  device: object;
}
const list = async (person: Person): Promise<Listed[]> => (await person.get('/api/sessions')).body.sessions;
const idOf = async (person: Person) => (await list(person)).find(({ current }) => current)?.id ?? '';
const end = (person: Person, path: string) => person.request('DELETE', `/api/sessions${path}`);
const isSignedIn = async (person: Person) => (await person.get('/api/rooms')).status === 200;
const closed = (...ears: { socket: { connected: boolean } }[]) =>
  until(() => ears.every(({ socket }) => !socket.connected), 'sockets closed');

it("lists one's own sessions, the one used last first, with what each was begun with", async () => {
  const began = Date.now();
  const laptop = await newcomer();
  await newcomer();
  const phone = Person.visitor(url(1));
  const credentials = { username: laptop.username, password: PASSWORD_OF_TESTS };
  await phone.post('/api/session', credentials, { 'user-agent': FIREFOX });
  const sessions = await list(phone);
  expect(sessions).toEqual([
    {
      id: expect.stringMatching(/^[\w-]{22}$/),
      current: true,
      createdAt: expect.any(Number),
      lastUsedAt: expect.any(Number),
      device: { browser: 'Firefox', system: 'Linux' },
    },
    expect.objectContaining({ current: false, device: { browser: 'node', system: null } }),
  ]);
  for (const { createdAt, lastUsedAt } of sessions) {
    expect(createdAt).toBeGreaterThanOrEqual(began);
    expect(lastUsedAt).toBeGreaterThanOrEqual(createdAt);
    expect(lastUsedAt).toBeLessThanOrEqual(Date.now());
  }
  expect((await list(laptop)).map(({ id }) => id)).toEqual(sessions.map(({ id }) => id).reverse());
  const told = JSON.stringify(sessions);
  for (const person of [laptop, phone]) expect(told).not.toContain(person.sessionId);
});

it("lists those that were begun the demo's way", async () => {
  const person = await newcomer();
  const demo = await demoLogin(url(1), person.username, PASSWORD_OF_TESTS);
  expect(await list(demo)).toHaveLength(2);
  expect((await demo.post('/logout')).status).toBe(200);
  expect(await list(person)).toHaveLength(1);
});

it('a session in use by a socket alone counts as used', async () => {
  const person = await newcomer();
  await (await again(person, 1)).connect();
  const before = (await list(person)).find(({ current }) => !current)?.lastUsedAt ?? 0;
  await until(async () => {
    const now = (await list(person)).find(({ current }) => !current)?.lastUsedAt ?? 0;
    return now > before;
  }, 'a later use');
});

it('ends another session: its sockets on every gateway at once, and its cookie', async () => {
  const mine = await newcomer();
  const other = await again(mine, 1);
  const sockets = [await other.connect(), await other.at(url(0)).connect()];
  const ears = await mine.at(url(1)).connect();
  expect(await end(mine, `/${await idOf(other)}`)).toEqual({ status: 204, body: '' });
  await Promise.all(sockets.map((each) => each.next('session.ended')));
  await closed(...sockets);
  for (const gateway of [0, 1]) expect((await other.at(url(gateway)).get('/api/rooms')).status).toBe(401);
  expect((await list(mine)).map(({ current }) => current)).toEqual([true]);
  await ears.say('0', 'still here');
  expect(ears.of('session.ended')).toEqual([]);
});

it('ends the session that asks, as signing out does', async () => {
  const mine = await newcomer();
  const ears = await mine.at(url(1)).connect();
  expect((await end(mine, `/${await idOf(mine)}`)).status).toBe(204);
  await ears.next('session.ended');
  expect(await isSignedIn(mine)).toBe(false);
});

it('ends all others, or all', async () => {
  const mine = await newcomer();
  const others = [await again(mine), await again(mine, 1)];
  const sockets = await Promise.all(others.map((other) => other.at(url(0)).connect()));
  const stranger = await newcomer();
  expect((await end(mine, '')).status).toBe(204);
  await closed(...sockets);
  expect(await Promise.all([mine, ...others].map(isSignedIn))).toEqual([true, false, false]);
  const ears = await mine.at(url(1)).connect();
  const another = await again(mine, 1);
  expect((await end(mine, '?all=true')).status).toBe(204);
  await closed(ears);
  expect(await Promise.all([mine, another, stranger].map(isSignedIn))).toEqual([false, false, true]);
  expect(await data.exists(keys.userSessions(mine.id))).toBe(0);
});

it("knows nobody else's sessions", async () => {
  const [mine, stranger] = [await newcomer(), await newcomer()];
  const notFound = { status: 404, body: { code: 'not_found', message: expect.any(String) } };
  expect(await end(mine, `/${await idOf(stranger)}`)).toEqual(notFound);
  expect(await end(mine, `/${'x'.repeat(22)}`)).toEqual(notFound);
  for (const path of [`/${mine.sessionId}`, '/x', '?all=yes', '?user=1']) {
    expect(await end(mine, path)).toMatchObject({ status: 400, body: { code: 'invalid' } });
  }
  expect(await Promise.all([mine, stranger].map(isSignedIn))).toEqual([true, true]);
});

it('changes nothing for a page of another origin', async () => {
  const mine = await newcomer();
  const other = await again(mine);
  const foreign = { origin: 'https://evil.example' };
  const answer = await mine.request('DELETE', '/api/sessions', undefined, foreign);
  expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  expect(await isSignedIn(other)).toBe(true);
});

it('forgets sessions that were left, replaced, or are over by themselves', async () => {
  const mine = await newcomer();
  const left = await again(mine);
  await left.request('DELETE', '/api/session');
  const replaced = await again(mine);
  await replaced.post('/api/session', { username: mine.username, password: PASSWORD_OF_TESTS });
  expect(await data.zcard(keys.userSessions(mine.id))).toBe(2);
  await data.del(keys.session(replaced.sessionId));
  expect((await list(mine)).map(({ current }) => current)).toEqual([true]);
  expect(await data.zrange(keys.userSessions(mine.id), 0, '-1')).toEqual([mine.sessionId]);
  await data.zadd(keys.userSessions(mine.id), 1, 'idled out long ago');
  await again(mine);
  expect(await data.zscore(keys.userSessions(mine.id), 'idled out long ago')).toBeNull();
});

it('finds sessions again that nobody had noted, once they are used', async () => {
  const mine = await newcomer();
  const before = await again(mine, 1);
  await data.del(keys.userSessions(mine.id));
  expect(await list(mine)).toHaveLength(1);
  await before.get('/api/session');
  // The other gateway notes the use while it answers.
  await until(async () => (await list(mine)).length === 2, 'both sessions');
  expect(await data.pttl(keys.userSessions(mine.id))).toBeGreaterThan(0);
});

it('one session too many ends the one that was unused for longest', async () => {
  const mine = await newcomer();
  const all = [mine, ...(await Promise.all([again(mine), again(mine, 1)]))];
  const idle = await again(mine, 1);
  await data.zadd(keys.userSessions(mine.id), Date.now() - 60_000, idle.sessionId);
  const last = await again(mine);
  expect(await isSignedIn(idle)).toBe(false);
  expect(await Promise.all([...all, last].map(isSignedIn))).toEqual([true, true, true, true]);
});

it('is over after its time, however busily it is used', async () => {
  const gateway = await cluster.spawn('gateway', { SESSION_MAX_MS: '2000' });
  cluster.gateways.push(gateway);
  const person = await Person.signIn(gateway.url, (await newcomer()).username);
  // Each of these requests is a use.
  await until(async () => !(await isSignedIn(person)), 'the end of the session', 20_000);
  expect(await data.exists(keys.session(person.sessionId))).toBe(0);
});

it('is kept from idling out by a live socket alone', async () => {
  const idle = await newcomer();
  const live = await again(idle, 1);
  await live.connect();
  const [idleKey, liveKey] = [idle, live].map((person) => keys.session(person.sessionId)) as [string, string];
  for (const key of [idleKey, liveKey]) {
    expect(await data.ttl(key)).toBeLessThanOrEqual(600);
    await data.expire(key, 60);
  }
  await until(async () => (await data.ttl(liveKey)) > 60, 'a renewal');
  expect(await data.ttl(idleKey)).toBeLessThanOrEqual(60);
});
