import { keys } from '@app/redis';
import { Cluster, PASSWORD_OF_TESTS, Person, startRedis, type TestRedis, until } from '@app/testing';

/** Passwords of one client that wait to be hashed. */
const LINE = 60;

let redis: TestRedis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({
    redis,
    env: {
      SIGN_INS_PER_NAME: '3',
      SIGN_INS_SLOW_AFTER: '5',
      SIGN_IN_PAUSE_MS: '200',
      SIGN_INS_PER_ADDRESS: '12',
      REGISTRATIONS_PER_ADDRESS: '20',
      HASH_QUEUE_MAX: '128',
      HASH_QUEUE_PER_CLIENT: String(LINE),
      BCRYPT_ROUNDS: '9',
      SIGN_INS_WINDOW_MS: '600000',
      MESSAGES_PER_WINDOW: '5',
      MESSAGES_WINDOW_MS: '600000',
      REQUESTS_PER_WINDOW: '20',
      REQUESTS_WINDOW_MS: '600000',
      ALLOWED_ORIGINS: 'https://chat.example, https://other.example:8443',
    },
  });
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway: number) => cluster.gateway(gateway).url;
let addresses = 0;
/** From an address, as a trusted proxy tells it. */
const forwarded = (address: string) => ({ 'x-forwarded-for': address });
/** Somebody of a new name, with the cookie that their browser is known by, and somebody else's. */
async function named() {
  const register = async () => {
    const username = `Somebody named ${'abcdefgh'[addresses % 8]}${++addresses}`;
    const response = await fetch(`${url(0)}/api/users`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...forwarded(`203.0.113.${addresses}`) },
      body: JSON.stringify({ username, password: PASSWORD_OF_TESTS }),
    });
    const { user } = (await response.json()) as { user: { id: string } };
    const cookie = response.headers.getSetCookie().find((text) => /^[\w-]+-device=/.test(text)) ?? '';
    expect(cookie).toMatch(/; Path=\/; .*HttpOnly; SameSite=Strict/);
    return { id: user.id, username, device: cookie.split(';')[0] ?? '' };
  };
  return { other: (await register()).device, ...(await register()) };
}
/** Somebody of a new name and address. */
async function somebody(gateway = 0): Promise<Person> {
  const person = Person.visitor(url(gateway));
  const credentials = { username: `Somebody ${++addresses}`, password: PASSWORD_OF_TESTS };
  const { body } = await person.post('/api/users', credentials, { 'x-forwarded-for': `203.0.113.${addresses}` });
  person.id = body.user.id;
  return person;
}
const limited = { code: 'rate_limited', message: expect.any(String), retryAfterMs: expect.any(Number) };

describe('sign-ins', () => {
  const wrong = (username: string, from: string, gateway = 0) =>
    Person.visitor(url(gateway)).post('/api/session', { username, password: 'wrong-password' }, forwarded(from));
  const right = (username: string, from: string, gateway = 0, password = 'password123') =>
    Person.visitor(url(gateway)).post('/api/session', { username, password }, forwarded(from));
  const statuses = (answers: { status: number }[]) => answers.map(({ status }) => status).sort();
  const times = <T>(count: number, make: (i: number) => Promise<T>) =>
    Promise.all(Array.from({ length: count }, (_, i) => make(i)));

  it('of a name from one address are limited, on all gateways, however both are spelled; not elsewhere', async () => {
    expect((await wrong('Mary', '198.51.100.7')).status).toBe(401);
    expect((await wrong('mary', '::ffff:198.51.100.7', 1)).status).toBe(401);
    expect((await wrong(' ＭＡＲＹ', '64:ff9b::c633:6407')).status).toBe(401);
    for (const [gateway, path] of [
      [0, '/api/session'],
      [1, '/api/session'],
      [1, '/login'],
    ] as const) {
      const credentials = { username: 'Mary', password: 'password123' };
      const answer = await Person.visitor(url(gateway)).post(path, credentials, forwarded('198.51.100.7'));
      expect(answer).toEqual({ status: 429, body: limited });
      expect(answer.body.retryAfterMs).toBeLessThanOrEqual(600_000);
      expect(answer.body.retryAfterMs).toBeGreaterThan(500_000);
    }
    expect((await right('Alex', '198.51.100.7')).status).toBe(200);
    expect((await right('Mary', '198.51.100.8')).status).toBe(200);
  });

  it('of a name become slower when tried from everywhere; its owner gets in all the same', async () => {
    const { id, username } = await named();
    for (let i = 0; i < 6; i++) expect((await wrong(username, `198.18.${i}.1`, i % 2)).status).toBe(401);
    const begun = performance.now();
    expect(statuses(await times(8, (i) => wrong(username, `198.18.${100 + i}.1`, i % 2)))).toEqual(Array(8).fill(401));
    expect(performance.now() - begun).toBeGreaterThan(7 * 100);
    const flood = times(15, (i) => wrong(username, `198.19.${i}.1`, i % 2));
    expect(await right(username, '192.0.2.200', 0, PASSWORD_OF_TESTS)).toEqual({
      status: 200,
      body: { user: { id, username } },
    });
    await flood;
  });

  it('from a device that its user signed in with are neither slowed nor refused, until too many fail there', async () => {
    const { id, username, device, other } = await named();
    await times(4, () => wrong(username, '198.51.100.20'));
    await times(12, (i) => wrong(username, `198.18.${i}.2`));
    const from = (cookie: string, password = PASSWORD_OF_TESTS) =>
      Person.visitor(url(1)).post(
        '/api/session',
        { username: username.toUpperCase(), password },
        { ...forwarded('198.51.100.20'), cookie },
      );
    const order: string[] = [];
    const slowed = times(10, (i) => wrong(username, `198.18.${100 + i}.2`)).then(() => order.push('slowed'));
    expect((await from(device)).status).toBe(200);
    order.push('device');
    await slowed;
    expect(order).toEqual(['device', 'slowed']);
    // Another user's device, one of another installation, and one that was altered are none.
    for (const cookie of [
      other,
      `${device.slice(0, -3)}abc`,
      device.replace(/=\d+/, '=1'),
      `${device.split('=')[0]}=x.y.z`,
      `${device.split('=')[0]}=~~`,
    ]) {
      expect([cookie, (await from(cookie)).status]).toEqual([cookie, 429]);
    }
    // Nor is one from before the password was changed, or the account suspended.
    const database = await redis.connect();
    await database.hincrby(keys.user(id), 'credentials', 1);
    expect((await from(device)).status).toBe(429);
    await database.hincrby(keys.user(id), 'credentials', -1);
    for (let i = 0; i < 3; i++) expect((await from(device, 'wrong-password')).status).toBe(401);
    expect((await from(device)).status).toBe(429);
  });

  it('that succeed are not counted, nor are registrations: an office signs in and registers', async () => {
    const office = '198.51.100.30';
    for (let i = 0; i < 16; i++) expect((await right('Pablo', office, i % 2)).status).toBe(200);
    const register = (username: string) =>
      Person.visitor(url(0)).post('/api/users', { username, password: PASSWORD_OF_TESTS }, forwarded(office));
    expect(statuses(await times(15, (i) => register(`Of the office ${i}`)))).toEqual(Array(15).fill(201));
    expect((await right('Pablo', office)).status).toBe(200);
    for (let i = 0; i < 12; i++) await wrong(`Nobody ${i}`, office, i % 2);
    expect(await right('Pablo', office)).toEqual({ status: 429, body: limited });
    expect((await register('Of the office too')).status).toBe(201);
    expect((await right('Pablo', '198.51.100.31')).status).toBe(200);
    for (let i = 0; i < 4; i++) expect((await register(`Of the office ${i}`)).status).toBe(409);
    expect(await register('One more of the office')).toEqual({ status: 429, body: limited });
  });

  it('from one IPv6 network, or behind an address that a client made up itself, are from one place', async () => {
    const inNetwork = (i: number) => `2001:db8:7:1:${i.toString(16)}::${i.toString(16)}`;
    const answers = await times(20, (i) => wrong(`Nobody ${i}`, inNetwork(i), i % 2));
    expect(statuses(answers).filter((status) => status === 429)).toHaveLength(8);
    expect((await wrong('Nobody', '2001:db8:7:2::1')).status).toBe(401);
    const madeUp = await times(20, (i) => wrong(`Nobody ${i}`, `9.9.9.${i}, 198.51.100.40`, i % 2));
    expect(statuses(madeUp).filter((status) => status === 429)).toHaveLength(8);
  });

  it('that come 200 at once from one place leave room for others, whose turn is next', async () => {
    const generous = await cluster.spawn('gateway', { SIGN_INS_PER_ADDRESS: '10000', WORK_TIMEOUT_MS: '30000' });
    const post = (from: string, username: string, password: string) =>
      Person.visitor(generous.url).post('/api/session', { username, password }, forwarded(from));
    let hashed = 0;
    let isFull = false;
    const flood = times(200, async (i) => {
      const { status, body } = await post(`2001:db8:9:9::${i}`, `Nobody ${i}`, 'wrong-password');
      if (status === 401) hashed++;
      else isFull = true;
      return { status, body };
    });
    await until(() => isFull, 'a full line');
    const before = hashed;
    expect((await post('198.51.100.50', 'Alex', 'password123')).status).toBe(200);
    // Four that were being hashed, one turn, and what was hashed while the request was on its way; one line for all would be more than a line.
    expect(hashed - before).toBeLessThan(0.8 * LINE);
    for (const { status, body } of await flood) {
      expect([401, 503]).toContain(status);
      if (status === 503) expect(body).toMatchObject({ code: 'overloaded', retryAfterMs: expect.any(Number) });
    }
    expect(hashed).toBeGreaterThanOrEqual(LINE);
    await generous.end();
  });

  it('say when to try again', async () => {
    const response = async () =>
      fetch(`${url(0)}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...forwarded('203.0.113.250') },
        body: JSON.stringify({ username: 'Nobody at all', password: 'password123' }),
      });
    for (let i = 0; i < 3; i++) await response();
    const retryAfter = Number((await response()).headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(500);
    expect(retryAfter).toBeLessThanOrEqual(600);
  });
});

describe('messages', () => {
  it('of a user are limited over sockets, HTTP and gateways together, and no socket is dropped', async () => {
    const person = await somebody();
    const [ears, tab] = [await person.connect(), await person.at(url(1)).connect()];
    for (let i = 0; i < 4; i++) await (i % 2 ? ears : tab).say('0', `line ${i}`, `limited-line-${i}`);
    expect((await person.post('/api/rooms/0/messages', { message: 'line 4' })).status).toBe(201);
    for (const socket of [ears, tab]) {
      const message = { roomId: '0', message: 'too many', clientId: 'limited-client-id' };
      expect(await socket.call('message', message)).toEqual({ ok: false, error: limited });
    }
    expect(await person.post('/api/rooms/0/messages', { message: 'too many' })).toEqual({ status: 429, body: limited });
    // One that is sent again is no other message.
    for (const socket of [ears, tab])
      expect((await socket.say('0', 'line 1', 'limited-line-1')).message).toBe('line 1');
    const other = await somebody();
    await (await other.connect()).say('0', 'another user');
    await Promise.all([ears, tab].map((socket) => socket.hears('another user')));
    expect(ears.texts('0')).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'another user']);
    person.leave();
    other.leave();
  });

  it('that are edited or deleted count as others, over sockets and HTTP', async () => {
    const person = await Person.register(cluster.gateway(0).url, 'Dora');
    const ears = await person.connect();
    let message = await ears.say('0', 'line 1');
    for (const text of ['line 2', 'line 3', 'line 4', 'line 5']) {
      const change = { message: text, ifRev: message.rev ?? message.seq };
      message = (await person.request('PATCH', `/api/messages/${message.id}`, change)).body.message;
    }
    const { id, rev } = message;
    const change = { message: 'too many', ifRev: rev };
    expect(await ears.call('message.edit', { id, ...change })).toEqual({ ok: false, error: limited });
    expect(await ears.call('message.delete', { id })).toEqual({ ok: false, error: limited });
    expect(await person.request('PATCH', `/api/messages/${id}`, change)).toEqual({ status: 429, body: limited });
    expect(await person.request('DELETE', `/api/messages/${id}`)).toEqual({ status: 429, body: limited });
    // What is there already is the answer that was lost.
    expect(await ears.call('message.edit', { id, message: 'line 5', ifRev: 1 })).toMatchObject({ ok: true, message });
    person.leave();
  });

  it('that are refused otherwise are not counted', async () => {
    const person = await somebody();
    const ears = await person.connect();
    for (let i = 0; i < 10; i++) await ears.call('message', { roomId: '0', message: '' });
    await ears.say('0', 'a good one');
    person.leave();
  });
});

it('other calls are limited, and no socket is dropped', async () => {
  const person = await somebody(1);
  const ears = await person.connect();
  const answers: number[] = [];
  for (let i = 0; i < 21; i++)
    answers.push((await person.get('/api/session')).status, (await person.get('/api/rooms')).status);
  // A list costs four.
  expect(answers.filter((status) => status === 429)).toHaveLength(21 - 20 / 4);
  expect(await ears.call('room.join', '0')).toEqual({ ok: false, error: limited });
  expect(await ears.call('sync', { positions: [] })).toEqual({ ok: false, error: limited });
  expect(await person.get('/rooms/1')).toEqual({ status: 429, body: limited });
  await ears.say('0', 'still here');
  person.leave();
});

describe('a page of another origin', () => {
  const own = () => new URL(url(0)).host;
  const foreignOrigins = () => [
    'https://evil.example',
    'null',
    `http://${own()}.evil.example`,
    'http://127.0.0.1:1',
    'x',
  ];
  const ownOrigins = () => [
    `http://${own()}`,
    `https://${own()}`,
    'https://chat.example',
    'https://other.example:8443',
  ];

  it('can change nothing', async () => {
    const person = await somebody();
    for (const origin of foreignOrigins()) {
      const headers = { origin };
      const refusal = { status: 403, body: { code: 'forbidden', message: expect.any(String) } };
      expect(await person.post('/api/session', { username: 'Pablo', password: 'password123' }, headers)).toEqual(
        refusal,
      );
      expect(await person.post('/api/users', { username: 'By a page', password: 'x'.repeat(8) }, headers)).toEqual(
        refusal,
      );
      expect(await person.post('/api/rooms/0/messages', { message: 'by a page' }, headers)).toEqual(refusal);
      expect(await person.post('/login', { username: 'Pablo', password: 'password123' }, headers)).toEqual(refusal);
      expect(await person.post('/logout', {}, headers)).toEqual(refusal);
      expect(await person.request('DELETE', '/api/session', undefined, headers)).toEqual(refusal);
    }
    expect((await person.get('/api/session')).body.user).not.toBeNull();
  });

  it('can read with its own eyes only: no header lets it', async () => {
    const response = await fetch(`${url(0)}/api/settings`, { headers: { origin: 'https://evil.example' } });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('opens no socket', async () => {
    const person = await somebody();
    for (const transports of [['websocket'], ['polling']]) {
      for (const origin of foreignOrigins()) {
        const extraHeaders = { cookie: person.cookie, origin };
        const socket = person.socket({ transports, extraHeaders, reconnection: false });
        await new Promise((resolve) => socket.on('connect_error', resolve));
        expect(socket.connected).toBe(false);
      }
    }
  });

  it('is not what our own and the allowed ones are', async () => {
    for (const origin of ownOrigins()) {
      const person = await somebody();
      const posted = await person.post('/api/rooms/0/messages', { message: 'from a page' }, { origin });
      expect(posted.status).toBe(201);
      await person.connect({ extraHeaders: { cookie: person.cookie, origin } });
      person.leave();
    }
  });
});
