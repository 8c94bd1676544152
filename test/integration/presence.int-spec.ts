import { keys, type Redis } from '@app/redis';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
let pablo: Person;
let joe: Person;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({
    redis,
    gateways: 3,
    env: {
      PRESENCE_LEASE_MS: '1500',
      PRESENCE_HEARTBEAT_MS: '300',
      PRESENCE_GRACE_MS: '600',
      SESSION_CHECK_MS: '200',
    },
  });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
});
afterEach(async () => {
  for (const person of [pablo, joe]) person.leave();
  await until(async () => (await data.scard(keys.onlineUsers)) === 0, 'everybody gone');
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const online = async (person: Person) =>
  (await person.get('/api/users/online')).body.users.map(({ username }: { username: string }) => username).sort();

it('shows who comes and goes to those on any gateway', async () => {
  const a = await pablo.connect();
  const b = await joe.connect();
  expect(await a.next('user.connected')).toEqual({ id: '2', username: 'Joe', online: true });
  expect(await online(pablo)).toEqual(['Joe', 'Pablo']);
  b.socket.disconnect();
  expect(await a.next('user.disconnected')).toEqual({ id: '2', username: 'Joe', online: false });
  expect(await online(pablo)).toEqual(['Pablo']);
  expect(await data.hexists(keys.onlineNames, '2')).toBe(0);
});

it('keeps a user online while any tab on any gateway is', async () => {
  const a = await pablo.connect();
  const [tab, otherTab] = [await joe.connect(), await joe.at(cluster.gateway(2).url).connect()];
  await a.next('user.connected');
  tab.socket.disconnect();
  await until(async () => (await data.hlen(keys.onlineUser('2'))) === 1, 'one tab left');
  otherTab.socket.disconnect();
  await a.next('user.disconnected');
  expect(a.of('user.connected').length + a.of('user.disconnected').length).toBe(2);
});

it('does not flicker over a page reload', async () => {
  const a = await pablo.connect();
  for (let reload = 0; reload < 3; reload++) {
    const tab = await joe.connect();
    tab.socket.disconnect();
  }
  await a.next('user.disconnected');
  expect(a.heard.map(({ event }) => event).filter((event) => event.startsWith('user.'))).toEqual([
    'user.connected',
    'user.disconnected',
  ]);
});

it('says once that the users of a crashed gateway are gone, and keeps those who are elsewhere', async () => {
  const a = await pablo.connect();
  const b = await pablo.at(cluster.gateway(1).url).connect();
  await joe.at(cluster.gateway(2).url).connect({ reconnection: false });
  await pablo.at(cluster.gateway(2).url).connect({ reconnection: false });
  await a.next('user.connected');
  await cluster.restartGateway(2);
  for (const ears of [a, b]) expect(await ears.next('user.disconnected')).toMatchObject({ id: '2' });
  // Whoever else looked for lapsed leases has done so, and what it would have said was said.
  await until(async () => (await data.zcard(keys.onlineGateways)) === 3, 'the dead one to be forgotten');
  const last = await joe.at(cluster.gateway(0).url).connect();
  last.socket.disconnect();
  for (const ears of [a, b]) {
    await until(() => ears.of('user.disconnected').length > 1, 'the next to leave');
    expect(ears.heard.map(({ event }) => event).filter((event) => event.startsWith('user.'))).toEqual([
      'user.connected',
      'user.disconnected',
      'user.connected',
      'user.disconnected',
    ]);
  }
  expect(await online(pablo)).toEqual(['Pablo']);
  expect(await data.hlen(keys.onlineUser('1'))).toBe(2);
});

it('puts back whom somebody else took off', async () => {
  await pablo.connect();
  await joe.connect();
  await data.del(keys.onlineUsers, keys.onlineGateways, keys.onlineUser('1'));
  await until(async () => (await data.scard(keys.onlineUsers)) === 2, 'both online again');
});

it('ends the sockets of a session that is over, signed out or gone, on every gateway', async () => {
  const b = await joe.connect();
  const elsewhere = await joe.at(cluster.gateway(2).url).connect();
  expect((await joe.request('DELETE', '/api/session')).status).toBe(204);
  await Promise.all([b.next('session.ended'), elsewhere.next('session.ended')]);
  await until(() => !b.socket.connected && !elsewhere.socket.connected, 'both closed');

  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
  const c = await joe.connect();
  expect(await data.del(keys.session(joe.sessionId))).toBe(1);
  await c.next('session.ended');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
});
