import { ChatApi } from '@app/client';
import { PROTOCOL_VERSION } from '@app/contracts';
import { keys } from '@app/redis';
import { Cluster, Person, type ServiceProcess, startRedis, type TestRedis, until } from '@app/testing';

const LARGE_TEXT = '😀'.repeat(4000);
const LARGE_MESSAGES = 200;
/** About what an answer may have, with what is around the messages. */
const BOUND = 262_144 + 4096;
const ATTACK_MS = 6000;
const HEAP_MIB = 192;

let redis: TestRedis;
let cluster: Cluster;
let attacker: Person;
let victim: Person;

beforeAll(async () => {
  redis = await startRedis();
  // The bounds of the answers and of what is in flight hold without the limit on how many are asked for.
  const env = { NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}`, REQUESTS_PER_WINDOW: '1000000' };
  cluster = await Cluster.start({ redis, replicas: 2, env });
  attacker = await Person.signIn(cluster.gateway(0).url, 'Mary');
  victim = await Person.signIn(cluster.gateway(0).url, 'Joe');
  const ears = await attacker.connect();
  for (let i = 0; i < LARGE_MESSAGES; i += 10) {
    await Promise.all(Array.from({ length: 10 }, () => ears.say('0', LARGE_TEXT)));
  }
  attacker.leave();
});
let onTestFinished = () => {};
afterEach(() => {
  onTestFinished();
  attacker?.leave();
  victim?.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const processes = () => [...cluster.gateways, ...cluster.workers];
const asAttacker: typeof fetch = (input, init) => fetch(input, { ...init, headers: { cookie: attacker.cookie } });
const SYNC = { positions: [{ roomId: '0', seq: 0, id: '', rev: 0 }] };
/** Every call on a socket whose answer could be large. */
const CALLS = [
  ['sync', SYNC],
  ['online', {}],
  ['room.page', { roomId: '0', limit: 200 }],
] as const;
/** Every request whose answer could be large. */
const REQUESTS: (() => Promise<Response>)[] = [
  ...[
    '/room/0/messages?size=1000',
    '/room/0/preload',
    '/rooms/3',
    '/users/online',
    '/api/rooms/0/messages?limit=200',
    '/api/rooms/0/messages?limit=200&around=0-100',
    '/api/rooms',
    '/api/users?limit=500',
    '/api/users/online',
    '/api/sessions',
  ].map((path) => () => fetch(attacker.url + path, { headers: { cookie: attacker.cookie } })),
  () =>
    fetch(`${attacker.url}/api/sync`, {
      method: 'POST',
      headers: { cookie: attacker.cookie, 'content-type': 'application/json' },
      body: JSON.stringify(SYNC),
    }),
];

it('no answer is larger than its bound', async () => {
  for (const request of REQUESTS) {
    const response = await request();
    const size = (await response.arrayBuffer()).byteLength;
    expect([response.url, response.ok, size <= BOUND]).toEqual([response.url, true, true]);
  }
  const ears = await attacker.connect();
  for (const [name, request] of CALLS) {
    const answer = await ears.call(name, request);
    expect([name, answer.ok, Buffer.byteLength(JSON.stringify(answer)) < BOUND]).toEqual([name, true, true]);
  }
});

/** Calls again and again, many at once, until told to stop. */
function storm(request: () => Promise<unknown>, parallel: number, isOver: () => boolean): Promise<unknown> {
  const again = async () => {
    while (!isOver()) await request().catch(() => undefined);
  };
  return Promise.all(Array.from({ length: parallel }, again));
}

it('one account that makes every large call at once neither ends a process nor keeps another waiting', async () => {
  const [mouth, ears] = [await victim.connect(), await victim.at(cluster.gateway(1).url).connect()];
  const socket = await attacker.connect();
  const before = new Map(processes().map((process) => [process, process.residentMiB]));
  const end = performance.now() + ATTACK_MS;
  const isOver = () => performance.now() > end;
  const attack = Promise.all([
    ...REQUESTS.map((request) => storm(async () => (await request()).body?.cancel(), 8, isOver)),
    ...CALLS.map(([name, request]) => storm(() => socket.call(name, request), 8, isOver)),
  ]);
  let heard = 0;
  for (; !isOver(); heard++) {
    await mouth.say('1:2', `number ${heard}`);
    await ears.hears(`number ${heard}`);
  }
  await attack;
  expect(heard).toBeGreaterThan(10);
  for (const process of processes()) {
    const { name, isRunning, residentMiB } = process;
    expect([name, isRunning]).toEqual([name, true]);
    expect(residentMiB - (before.get(process) ?? 0)).toBeLessThan(200);
    if (name === 'messages') expect(residentMiB).toBeLessThan(256);
  }
});

/** Opens a socket by polling, as raw requests. @returns calls without polling for what is answered */
async function pollOnce(person: Person): Promise<(packet: string) => Promise<number>> {
  const at = `${person.url}/socket.io/?EIO=4&transport=polling`;
  const headers = { cookie: person.cookie };
  const open = await (await fetch(at, { headers })).text();
  const { sid } = JSON.parse(open.slice(1)) as { sid: string };
  const post = async (body: string) => (await fetch(`${at}&sid=${sid}`, { method: 'POST', headers, body })).status;
  expect(await post(`40${JSON.stringify({ protocol: PROTOCOL_VERSION })}`)).toBe(200);
  let heard = '';
  await until(async () => {
    heard += await (await fetch(`${at}&sid=${sid}`, { headers })).text();
    return heard.includes('"hello"');
  }, 'hello');
  return post;
}

/** Calls `sync` until the gateway closes the socket, which nobody reads. */
async function syncUntilClosed(call: (packet: string) => Promise<number>): Promise<void> {
  for (let i = 0; (await call(`42${i}${JSON.stringify(['sync', SYNC])}`)) === 200; i++)
    if (i > 2000) throw new Error('never closed');
}

it('sockets that poll no more are closed when too much waits for them, one or many', async () => {
  const gateway: ServiceProcess = cluster.gateway(0);
  const before = gateway.residentMiB;
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, gateway.residentMiB);
  }, 20).unref();
  onTestFinished = () => clearInterval(watch);
  await syncUntilClosed(await pollOnce(attacker));
  const many = await Promise.all(Array.from({ length: 15 }, () => pollOnce(attacker)));
  const closed = () => gateway.logs.split('socket reads too slowly, closed').length - 1;
  expect(closed()).toBe(1);
  // Each has less waiting than one may have; together they have too much.
  for (let i = 0; closed() === 1; i++) {
    const answers = await Promise.all(many.map((call) => call(`42${i}${JSON.stringify(['sync', SYNC])}`)));
    expect(answers.filter((status) => status === 200).length).toBeGreaterThan(0);
  }
  expect(most - before).toBeLessThan(150);
});

it('a client that does not read its answers gets no more of them', async () => {
  const { connect } = await import('node:net');
  const request = `GET /api/rooms/0/messages?limit=200 HTTP/1.1\r\nhost: x\r\ncookie: ${attacker.cookie}\r\n\r\n`;
  const gateway = cluster.gateway(0);
  const before = gateway.residentMiB;
  const sockets = Array.from({ length: 50 }, () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.pause();
    socket.write(request.repeat(20));
    return socket;
  });
  // All of it has come when the account itself is kept waiting.
  const mine = attacker.get('/api/rooms/0/messages?limit=200').catch(() => undefined);
  expect((await victim.get('/api/rooms/0/messages?limit=200')).status).toBe(200);
  for (let i = 0; i < 20; i++) expect((await victim.get('/api/rooms')).status).toBe(200);
  expect(gateway.residentMiB - before).toBeLessThan(100);
  for (const socket of sockets) socket.destroy();
  await mine;
});

it('a list of rooms that is too long comes in pages, with the beginning of long texts', async () => {
  const data = await redis.connect();
  const ids = Array.from({ length: 1500 }, (_, i) => String(i + 10));
  for (const id of ids) {
    await data.hset(keys.roomMembers(id), attacker.id, 'member');
    await data.zadd(keys.room(id), 1, JSON.stringify({ from: 1, date: 1, message: `${id} ${LARGE_TEXT}` }));
    await data.sadd(keys.userRooms(attacker.id), id);
  }
  const found: string[] = [];
  for (let after: string | undefined, next: string | undefined = ''; next !== undefined; after = next) {
    const response = await fetch(`${attacker.url}/api/rooms${after ? `?after=${after}` : ''}`, {
      headers: { cookie: attacker.cookie },
    });
    const text = await response.text();
    expect(Buffer.byteLength(text)).toBeLessThan(BOUND);
    const body: { rooms: { id: string; lastMessage: { message: string } | null }[]; next?: string } = JSON.parse(text);
    for (const { id, lastMessage } of body.rooms)
      if (ids.includes(id)) expect(lastMessage?.message).toMatch(/^\d* ?😀+.?…$/u);
    found.push(...body.rooms.map(({ id }) => id));
    next = body.next;
  }
  expect(found.slice(0, 1501)).toEqual(['0', ...ids]);
  expect(await new ChatApi({ url: attacker.url, fetch: asAttacker }).rooms()).toHaveLength(found.length);
  // The demo's client knows no pages.
  expect((await attacker.get(`/rooms/${attacker.id}`)).body.length).toBeGreaterThan(500);
});

it('who is online comes in pages where they are many', async () => {
  const data = await redis.connect();
  const users = Array.from({ length: 9000 }, (_, i) => String(i + 1000));
  for (const id of users) await data.hset(keys.user(id), 'username', `user ${id} ${'x'.repeat(20)}`);
  await data.sadd(keys.onlineUsers, ...users);
  const found = await new ChatApi({ url: attacker.url, fetch: asAttacker }).online();
  const listed = new Set(found.map(({ id }) => id));
  expect([listed.size, users.filter((id) => !listed.has(id))]).toEqual([found.length, []]);
  const response = await fetch(`${attacker.url}/api/users/online`, { headers: { cookie: attacker.cookie } });
  expect((await response.arrayBuffer()).byteLength).toBeLessThan(BOUND);
  await data.srem(keys.onlineUsers, ...users);
});
