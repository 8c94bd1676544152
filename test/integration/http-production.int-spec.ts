import { keys, type Redis } from '@app/redis';
import {
  Cluster,
  freePort,
  PASSWORD_OF_TESTS,
  Person,
  ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';
import { RawPolling, RawSocket } from './raw-engine';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
/** A gateway that serves the demo's client. */
let demos: ServiceProcess;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, gateways: 1, env: { NODE_ENV: 'production' } });
  demos = await cluster.spawn('gateway', { DEMO_ROUTES: 'true' });
});
afterAll(async () => {
  await demos?.end();
  await cluster?.stop();
  await redis?.stop();
});

const url = () => cluster.gateway(0).url;
let first: { id: string; username: string };
const signInAsFirst = (at = url()) => Person.signIn(at, first.username, PASSWORD_OF_TESTS);

describe('in production', () => {
  it('the first user of an empty database registers, of many at once exactly one, and then nobody', async () => {
    const settings = async () => (await Person.visitor(url()).get('/api/settings')).body.registration;
    expect(await settings()).toBe('first');
    const bad = await Person.visitor(url()).post('/api/users', { username: 'admin', password: PASSWORD_OF_TESTS });
    expect(bad.status).toBe(409);
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        Person.visitor(url()).post('/api/users', { username: `Anyone ${i}`, password: PASSWORD_OF_TESTS }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(403)]);
    first = answers.find(({ status }) => status === 201)?.body.user;
    expect((await data.keys('username:*')).sort()).toEqual([keys.username(first.username)]);
    expect(await settings()).toBe('closed');
    for (const username of ['Ann', first.username, 'admin', 'Vіctoria']) {
      const answer = await Person.visitor(url()).post('/api/users', { username, password: PASSWORD_OF_TESTS });
      expect(answer).toEqual({
        status: 403,
        body: { code: 'forbidden', message: 'New accounts are not allowed here' },
      });
    }
  });

  it('there is no demo data and nobody is offered it', async () => {
    expect(await data.exists(keys.room('0'), keys.username('Pablo'))).toBe(0);
    expect((await Person.visitor(url()).get('/api/settings')).body.demoUsers).toEqual([]);
  });

  it("the demo's routes are none, unless they are wanted", async () => {
    const person = await signInAsFirst();
    const nothing = (await person.get('/no/such/address')).body;
    for (const path of [
      '/links',
      '/randomname',
      '/me',
      '/room/0/preload',
      '/room/0/messages',
      '/users',
      '/users/online',
    ])
      expect([path, await person.get(path)]).toEqual([path, { status: 404, body: nothing }]);
    expect(await person.get(`/rooms/${person.id}`)).toEqual({ status: 404, body: nothing });
    for (const path of ['/login', '/logout', '/room'])
      expect(await person.post(path, { username: first.username, password: 'password123' })).toEqual({
        status: 404,
        body: nothing,
      });
    expect((await person.get('/api/session')).status).toBe(200);
  });

  it('visitors see no messages and no users', async () => {
    for (const path of ['/room/0/preload', '/users?ids[]=1', '/users']) {
      expect(await Person.visitor(demos.url).get(path)).toMatchObject({ status: 403, body: { code: 'forbidden' } });
    }
    const person = await signInAsFirst(demos.url);
    expect(await person.get('/room/0/preload')).toMatchObject({ status: 200, body: { id: '0', messages: [] } });
    expect(await person.get(`/users?ids[]=${person.id}`)).toMatchObject({
      body: { [person.id]: { username: first.username } },
    });
  });

  it('/login registers nobody', async () => {
    const visitor = Person.visitor(demos.url);
    const answer = await visitor.post('/login', { username: 'Unknown', password: 'password123' });
    expect(answer).toEqual({ status: 404, body: { message: 'Invalid username or password' } });
    expect(await data.exists(keys.username('Unknown'))).toBe(0);
    expect(visitor.cookie).toBe('');
  });

  it('what went wrong inside is not told', async () => {
    const person = await signInAsFirst();
    await data.hset(keys.username('Taken'), 'not', 'a string');
    const credentials = { username: 'Taken', password: 'password123' };
    const answer = await Person.visitor(url()).post('/api/session', credentials, { 'x-request-id': 'went-wrong' });
    expect(answer.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(answer.body)).not.toMatch(/WRONGTYPE|Error|\bat\b/);
    expect((await person.get('/api/session')).status).toBe(200);
    // Where the work was done, the log tells it under the request's id.
    const auth = cluster.workers.find(({ name }) => name === 'auth');
    expect(auth?.logs).toMatch(/WRONGTYPE.*"requestId":"went-wrong"|"requestId":"went-wrong".*WRONGTYPE/);
  });
});

describe('the security log', () => {
  /** Lines with the mark, of a kind, that came since. */
  const lines = (event: string): Record<string, unknown>[] =>
    cluster
      .gateway(0)
      .logs.split('\n')
      .filter((line) => line.includes('"security":true'))
      .map((line) => JSON.parse(line))
      .filter((line) => line.event === event);
  const told = async (event: string, fields: object) => {
    await until(() => lines(event).some((line) => contains(line, fields)), `${event} ${JSON.stringify(fields)}`);
    const line = lines(event).find((one) => contains(one, fields));
    expect(line).toMatchObject({ level: 30, time: expect.any(Number), requestId: expect.any(String) });
  };
  const contains = (line: Record<string, unknown>, fields: object) =>
    Object.entries(fields).every(([name, value]) => line[name] === value);
  const TYPED = 'something that was typed';

  it('tells of each thing with ids and addresses, and of nothing that was typed', async () => {
    const from = (n: number) => ({ 'x-forwarded-for': `203.0.113.${n}` });
    const post = (path: string, body: object, n: number, more: Record<string, string> = {}) =>
      Person.visitor(url()).post(path, body, { ...from(n), ...more });
    const right = { username: first.username, password: PASSWORD_OF_TESTS };
    await told('registration', { userId: first.id, address: '127.0.0.1' });
    await post('/api/session', right, 1);
    await told('sign-in', { userId: first.id, address: '203.0.113.1' });
    await post('/api/session', { ...right, password: TYPED }, 2);
    await told('sign-in.failed', { userId: first.id, address: '203.0.113.2', code: 'unauthorized' });
    await post('/api/session', { username: TYPED, password: TYPED }, 3);
    await told('sign-in.failed', { address: '203.0.113.3' });
    for (let i = 0; i < 12; i++) await post('/api/session', { ...right, password: `${TYPED} ${i}` }, 4);
    await told('sign-in.limited', { userId: first.id, address: '203.0.113.4', code: 'rate_limited' });
    await post('/api/session', { ...right, password: TYPED }, 5);
    await told('sign-in.slowed', { userId: first.id, address: '203.0.113.5' });
    await post('/api/users', { username: 'Ann', password: PASSWORD_OF_TESTS }, 6);
    await told('registration.refused', { address: '203.0.113.6', code: 'forbidden' });
    await post('/api/session', right, 7, { origin: 'https://evil.example' });
    await told('origin.foreign', { address: '203.0.113.7', origin: 'https://evil.example' });
    const [one, other] = [await signInAsFirst(), await signInAsFirst()];
    await one.request('POST', '/api/rooms/77/messages', { message: TYPED }, from(8));
    await told('access.refused', {
      userId: first.id,
      address: '203.0.113.8',
      route: 'POST /api/rooms/:roomId/messages',
    });
    await Person.visitor(url()).request('GET', '/api/rooms', undefined, from(9));
    await told('access.refused', { address: '203.0.113.9', route: 'GET /api/rooms', code: 'unauthorized' });
    const ears = await one.connect();
    expect(await ears.call('message', { roomId: '77', message: TYPED })).toMatchObject({ ok: false });
    await told('access.refused', { userId: first.id, route: 'message', code: 'forbidden' });
    const listed = (await other.get('/api/sessions')).body.sessions as { id: string; current: boolean }[];
    const ended = listed.filter(({ current }) => !current);
    await other.request('DELETE', '/api/sessions', undefined, from(10));
    for (const { id } of ended.slice(0, 2)) await told('session.ended', { userId: first.id, session: id });
    await other.request('DELETE', '/api/session', undefined, from(11));
    await told('session.ended', { userId: first.id, address: '203.0.113.11', reason: 'sign-out' });
    one.leave();
    const limited = await cluster.spawn('gateway', { REQUESTS_PER_WINDOW: '2' });
    const person = (await signInAsFirst()).at(limited.url);
    for (let i = 0; i < 4; i++) await person.request('GET', '/api/rooms', undefined, from(12));
    await until(() => /"security":true.*"event":"rate.limited"/.test(limited.logs), 'rate.limited');
    expect(limited.logs).toMatch(new RegExp(`"event":"rate.limited","address":"203.0.113.12","userId":"${first.id}"`));
    await limited.end();
    const all = [...cluster.gateways, ...cluster.workers].map(({ logs }) => logs).join('');
    for (const text of [TYPED, PASSWORD_OF_TESTS, first.username, 'Anyone']) expect(all).not.toContain(text);
  });
});

describe('what a gateway refuses or closes', () => {
  const from = (n: number) => ({ 'x-forwarded-for': `198.51.100.${n}` });
  /** The lines of the security log about the nth client. */
  const linesOf = (n: number, gateway = cluster.gateway(0)): Record<string, unknown>[] =>
    gateway.logs
      .split('\n')
      .filter((line) => line.includes('"security":true') && line.includes(`"address":"198.51.100.${n}"`))
      .map((line) => JSON.parse(line));
  const tells = async (n: number, expected: object, gateway = cluster.gateway(0)) => {
    await until(() => linesOf(n, gateway).length > 0, `a line about ${n}: ${JSON.stringify(expected)}`);
    expect(linesOf(n, gateway)).toEqual([expect.objectContaining(expected)]);
  };
  const TYPED = 'something that was typed';
  const engine = (query: string, init: RequestInit = {}) => fetch(`${url()}/socket.io/?${query}`, init);

  const CASES: [what: string, expected: object, provoke: (n: number) => Promise<unknown>][] = [
    [
      'a CONNECT without a session',
      { event: 'access.refused', route: 'socket', code: 'unauthorized', reason: 'no session' },
      async (n) => (await RawSocket.open(url(), from(n))).send('40{"protocol":1}').hears('44'),
    ],
    [
      'a CONNECT with a session that is over',
      { event: 'access.refused', route: 'socket', code: 'unauthorized', reason: 'session is over' },
      async (n) => {
        const person = await signInAsFirst();
        const raw = await RawSocket.open(url(), { cookie: person.cookie, ...from(n) });
        await data.del(keys.session(person.sessionId));
        await raw.send('40{"protocol":1}').hears('44');
      },
    ],
    [
      "a request with another's connection",
      { event: 'access.refused', route: 'socket', code: 'unauthorized', reason: 'Not a connection of this session' },
      async (n) => {
        const { cookie } = await signInAsFirst();
        const polling = await RawPolling.open(url(), { cookie });
        expect((await polling.poll(from(n))).status).toBe(401);
      },
    ],
    [
      'a request with a connection that there is not',
      { event: 'request.refused', route: 'socket', code: 'invalid', reason: 'Session ID unknown' },
      (n) => engine(`EIO=4&transport=polling&sid=${encodeURIComponent(TYPED)}`, { headers: from(n) }),
    ],
    [
      'a handshake of a foreign page',
      { event: 'origin.foreign', route: 'socket', origin: 'https://evil.example' },
      (n) => engine('EIO=4&transport=polling', { headers: { origin: 'https://evil.example', ...from(n) } }),
    ],
    [
      'a WebSocket of a foreign page',
      { event: 'origin.foreign', route: 'socket', origin: 'https://evil.example' },
      (n) => RawSocket.refused(url(), { origin: 'https://evil.example', ...from(n) }),
    ],
    [
      'a request of a foreign page on a connection that there is',
      { event: 'origin.foreign', route: 'socket', origin: 'https://evil.example' },
      async (n) => {
        const { cookie } = await signInAsFirst();
        const polling = await RawPolling.open(url(), { cookie });
        expect((await polling.poll({ cookie, origin: 'https://evil.example', ...from(n) })).status).toBe(403);
      },
    ],
    [
      'another version of the protocol',
      { event: 'request.refused', route: 'socket', code: 'invalid', reason: 'Unsupported protocol version' },
      (n) => engine('EIO=3&transport=polling', { headers: from(n) }),
    ],
    [
      'another version over WebSocket',
      { event: 'request.refused', route: 'socket', code: 'invalid', reason: 'Unsupported protocol version' },
      (n) => RawSocket.refused(url(), from(n), 'EIO=3'),
    ],
    [
      'a payload that is too large before a socket has joined',
      { event: 'request.refused', route: 'socket', code: 'invalid', reason: 'Too large' },
      async (n) => (await RawPolling.open(url(), from(n))).post('x'.repeat(900_000)),
    ],
    [
      'a packet that is',
      { event: 'request.refused', route: 'socket', reason: 'Too large' },
      async (n) => (await RawSocket.open(url(), from(n))).send(`40${TYPED.repeat(1000)}`).closed(),
    ],
    [
      'many packets before one has',
      { event: 'request.refused', route: 'socket', reason: 'too much before joining' },
      async (n) => (await RawSocket.open(url(), from(n))).send(...Array.from({ length: 200 }, () => '6')).closed(),
    ],
    [
      'a packet that does not belong there',
      { event: 'request.refused', route: 'socket', reason: 'protocol' },
      async (n) => (await RawSocket.open(url(), from(n))).send(Buffer.from(TYPED)).closed(),
    ],
    [
      'a namespace that there is not',
      { event: 'request.refused', route: 'socket', reason: 'no such namespace' },
      async (n) => (await RawSocket.open(url(), from(n))).send(`40/${TYPED},`).closed(),
    ],
    [
      'a second CONNECT',
      { event: 'request.refused', route: 'socket', reason: 'joined before' },
      async (n) => {
        const { cookie } = await signInAsFirst();
        const raw = await (await RawSocket.open(url(), { cookie, ...from(n) })).join();
        await raw.send('40{"protocol":1}').closed();
      },
    ],
    [
      'a call that there is not',
      { event: 'request.refused', route: 'socket', code: 'not_found', reason: 'No such call' },
      async (n) => {
        const { cookie } = await signInAsFirst();
        const raw = await (await RawSocket.open(url(), { cookie, ...from(n) })).join();
        await raw.send(`421["${TYPED}",{}]`).hears('431');
        raw.socket.close();
      },
    ],
    [
      'a body that is too large',
      { event: 'request.refused', code: 'invalid', reason: 'Too large' },
      (n) => Person.visitor(url()).post('/api/session', { username: 'x'.repeat(200_000) }, from(n)),
    ],
  ];
  it.each(CASES)('%s has a line', async (what, expected, provoke) => {
    const n = CASES.findIndex(([each]) => each === what) + 1;
    await provoke(n);
    await tells(n, expected);
    expect(cluster.gateway(0).logs).not.toContain(TYPED);
  });

  it('too many handshakes, connections and packets have lines, and a flood of them has few and its count', async () => {
    const metrics = await freePort();
    const env = {
      METRICS_PORT: String(metrics),
      CONNECTIONS_PER_USER: '2',
      HANDSHAKES_PER_WINDOW: '20',
      SOCKET_BYTES_PER_WINDOW: '3000',
      SECURITY_LOG_REPEATS: '2',
    };
    const limited = await cluster.spawn('gateway', env);
    const { cookie } = await signInAsFirst(limited.url);
    const headers = (n: number) => ({ cookie, ...from(n) });
    const raw = await (await RawSocket.open(limited.url, headers(101))).join();
    const other = await RawSocket.open(limited.url, headers(101));
    expect((await RawSocket.refused(limited.url, headers(102))).status).toBe(429);
    await tells(102, { event: 'connection.limited', userId: first.id, reason: 'connections of a user' }, limited);
    other.socket.close();
    for (let i = 0; i < 20; i++) raw.send(`42${i}["typing",{"roomId":"0"}]`);
    await raw.hears('4319[{"ok":false');
    const packets = { event: 'rate.limited', route: 'typing', code: 'rate_limited', userId: first.id };
    await until(() => linesOf(101, limited).length === 2, 'lines about packets');
    expect(linesOf(101, limited)).toEqual(Array(2).fill(expect.objectContaining(packets)));
    for (let i = 0; i < 300; i++)
      await fetch(`${limited.url}/socket.io/?EIO=3&transport=polling`, { headers: from(103) });
    expect(linesOf(103, limited)).toHaveLength(2);
    const samples = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    expect(samples).toMatch(/chat_security_events_total\{[^}]*event="request.refused"[^}]*\} 300$/m);
    await limited.end();
    expect(linesOf(103, limited)).toHaveLength(3);
    expect(linesOf(103, limited)[2]).toMatchObject({ event: 'request.refused', repeated: 298 });
  });
});
