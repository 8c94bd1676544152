import { Cluster, PASSWORD_OF_TESTS, Person, startRedis, type TestRedis } from '@app/testing';

let redis: TestRedis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({
    redis,
    env: {
      SIGN_INS_PER_NAME: '3',
      SIGN_INS_PER_ADDRESS: '6',
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
/** A visitor from an address that nobody else has here, as a trusted proxy tells it. */
function newcomer() {
  const from = { 'x-forwarded-for': `203.0.113.${++addresses}` };
  const post = (path: string, body: unknown, gateway = 0) => Person.visitor(url(gateway)).post(path, body, from);
  return {
    post,
    signIn: (username: string, password = 'password123', gateway = 0) =>
      post('/api/session', { username, password }, gateway),
  };
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
  it('of a name are limited, whatever gateway and address, and the right password does not help then', async () => {
    for (const gateway of [0, 1, 0]) {
      expect((await newcomer().signIn('Mary', 'wrong-password', gateway)).status).toBe(401);
    }
    for (const [gateway, path] of [
      [0, '/api/session'],
      [1, '/api/session'],
      [1, '/login'],
    ] as const) {
      const answer = await newcomer().post(path, { username: 'Mary', password: 'password123' }, gateway);
      expect(answer).toEqual({ status: 429, body: limited });
      expect(answer.body.retryAfterMs).toBeLessThanOrEqual(600_000);
      expect(answer.body.retryAfterMs).toBeGreaterThan(500_000);
    }
    expect((await newcomer().signIn(' Mary', 'password123')).status).toBe(429);
    expect((await newcomer().signIn('Alex')).status).toBe(200);
  });

  it('that succeed are not counted', async () => {
    const visitor = newcomer();
    for (let i = 0; i < 8; i++) expect((await visitor.signIn('Pablo')).status).toBe(200);
  });

  it('and registrations of an address are limited', async () => {
    const visitor = newcomer();
    for (let i = 0; i < 4; i++) expect((await visitor.signIn(`Nobody ${i}`, 'password123', i % 2)).status).toBe(401);
    const register = (username: string) => visitor.post('/api/users', { username, password: PASSWORD_OF_TESTS });
    expect((await register('First of them')).status).toBe(201);
    expect((await register('Second of them')).status).toBe(201);
    expect(await register('Third of them')).toEqual({ status: 429, body: limited });
    expect(await visitor.signIn('Pablo')).toEqual({ status: 429, body: limited });
    expect((await newcomer().signIn('Pablo')).status).toBe(200);
  });

  it('say when to try again', async () => {
    const response = async () =>
      fetch(`${url(0)}/api/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.250' },
        body: JSON.stringify({ username: 'Nobody at all', password: 'password123' }),
      });
    for (let i = 0; i < 3; i++) await response();
    const retryAfter = Number((await response()).headers.get('retry-after'));
    expect(retryAfter).toBeGreaterThan(500);
    expect(retryAfter).toBeLessThanOrEqual(600);
  });
});

describe('messages', () => {
  it('of a user are limited over sockets and HTTP together, and no socket is dropped', async () => {
    const person = await somebody();
    const [ears, tab] = [await person.connect(), await person.connect()];
    for (let i = 0; i < 4; i++) await (i % 2 ? ears : tab).say('0', `line ${i}`);
    expect((await person.post('/api/rooms/0/messages', { message: 'line 4' })).status).toBe(201);
    for (const socket of [ears, tab]) {
      const message = { roomId: '0', message: 'too many', clientId: 'limited-client-id' };
      expect(await socket.call('message', message)).toEqual({ ok: false, error: limited });
    }
    expect(await person.post('/api/rooms/0/messages', { message: 'too many' })).toEqual({ status: 429, body: limited });
    const other = await somebody();
    await (await other.connect()).say('0', 'another user');
    await Promise.all([ears, tab].map((socket) => socket.hears('another user')));
    expect(ears.texts('0')).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'another user']);
    person.leave();
    other.leave();
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
  expect(answers.filter((status) => status === 429)).toHaveLength(1);
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
