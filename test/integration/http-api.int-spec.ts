import { keys, type Redis } from '@app/redis';
import { Cluster, Person, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({
    redis,
    replicas: 2,
    env: { PRESENCE_GRACE_MS: '100', PRESENCE_HEARTBEAT_MS: '100' },
  });
});
const people: Person[] = [];
afterEach(async () => {
  for (const person of people.splice(0)) person.leave();
  await until(async () => (await data.scard(keys.onlineUsers)) === 0, 'everybody gone');
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway: number) => cluster.gateway(gateway).url;
const signIn = async (username: string, gateway = 0) => {
  const person = await Person.signIn(url(gateway), username);
  people.push(person);
  return person;
};
const PABLO = { username: 'Pablo', password: 'password123' };
const code = (error: string) => ({ code: error, message: expect.any(String) });
const fetchJson = (path: string, method: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url(0) + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('POST /api/session', () => {
  it('signs in, on every gateway', async () => {
    const person = Person.visitor(url(0));
    expect(await person.get('/api/session')).toEqual({ status: 200, body: { user: null } });
    expect(await person.post('/api/session', PABLO)).toEqual({
      status: 200,
      body: { user: { id: '1', username: 'Pablo' } },
    });
    for (const gateway of [0, 1]) {
      expect((await person.at(url(gateway)).get('/api/session')).body).toEqual({
        user: { id: '1', username: 'Pablo' },
      });
    }
  });

  it('takes the name in any case, and an account of the demo that is spelled so first', async () => {
    const person = Person.visitor(url(0));
    for (const username of ['pablo', 'PABLO', ' Pablo ', 'ｐａｂｌｏ']) {
      const { body } = await person.post('/api/session', { ...PABLO, username });
      expect(body).toEqual({ user: { id: '1', username: 'Pablo' } });
    }
    expect((await person.post('/login', { ...PABLO, username: 'pablo' })).body).toEqual({ id: '1', username: 'Pablo' });
    const id = String(await data.incr(keys.totalUsers));
    const password = (await data.hget(keys.user('2'), 'password')) ?? '';
    await data.hset(keys.user(id), 'username', 'PABLO', 'password', password);
    await data.set(keys.username('PABLO'), keys.user(id));
    const theirs = await person.post('/api/session', { ...PABLO, username: 'PABLO' });
    expect(theirs.body).toEqual({ user: { id, username: 'PABLO' } });
    expect((await person.post('/api/session', PABLO)).body.user.id).toBe('1');
    await data.del(keys.user(id), keys.username('PABLO'));
  });

  it('sets a cookie that scripts and other sites do not get, secure behind TLS alone', async () => {
    const attributes = async (headers: Record<string, string>) => {
      const cookie = (await fetchJson('/api/session', 'POST', PABLO, headers)).headers.getSetCookie()[0] ?? '';
      return cookie
        .split('; ')
        .slice(1)
        .map((attribute) => attribute.split('=')[0])
        .sort();
    };
    const usual = ['Expires', 'HttpOnly', 'Path', 'SameSite'];
    expect(await attributes({})).toEqual(usual);
    expect(await attributes({ 'x-forwarded-proto': 'https' })).toEqual([...usual, 'Secure']);
    const [cookie] = (await fetchJson('/api/session', 'POST', PABLO)).headers.getSetCookie();
    expect(cookie).toMatch(/; SameSite=Lax/i);
  });

  it('believes no proxy that is not trusted', async () => {
    const strict = await cluster.spawn('gateway', { TRUST_PROXY: '203.0.113.7' });
    const response = await fetch(`${strict.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https' },
      body: JSON.stringify(PABLO),
    });
    expect(response.headers.getSetCookie()[0]).not.toContain('Secure');
    await strict.end();
  });

  it('begins a new session each time, and ends the one before with its sockets on every gateway', async () => {
    const person = await signIn('Pablo');
    const before = person.cookie;
    const sockets = [await person.connect(), await person.at(url(1)).connect()];
    await person.post('/api/session', { ...PABLO, username: 'Joe' });
    expect(person.cookie).not.toBe(before);
    await Promise.all(sockets.map((ears) => ears.next('session.ended')));
    await until(() => sockets.every(({ socket }) => !socket.connected), 'sockets closed');
    expect((await person.get('/api/session')).body).toMatchObject({ user: { username: 'Joe' } });
    person.cookie = before;
    expect((await person.get('/api/session')).body).toEqual({ user: null });
  });

  it('takes no session that it did not give out', async () => {
    const person = Person.visitor(url(0));
    const [name] = (await signIn('Pablo')).cookie.split('=');
    for (const value of ['chosen', 's%3Achosen.signature', '', '%E0%A4%A']) {
      person.cookie = `${name}=${value}`;
      expect(await person.get('/api/session')).toEqual({ status: 200, body: { user: null } });
      await person.post('/api/session', PABLO);
      expect(person.cookie).not.toContain('chosen');
    }
  });

  it.each([
    [{ username: 'Pablo', password: 'password124' }, 401, 'unauthorized'],
    [{ username: 'Nobody', password: 'password123' }, 401, 'unauthorized'],
    [{ username: 'PabIo', password: 'password123' }, 401, 'unauthorized'],
    [{ username: 'Pablo', password: 'x'.repeat(73) }, 401, 'unauthorized'],
    [{ username: 'Pablo', password: 'é'.repeat(37) }, 401, 'unauthorized'],
    [{ username: 'Pablo', password: 'x'.repeat(5000) }, 400, 'invalid'],
    [{ username: 'Pablo', password: 'password123\0' }, 400, 'invalid'],
    [{ username: 'Pablo', password: '' }, 400, 'invalid'],
    [{ username: '', password: 'password123' }, 400, 'invalid'],
    [{ username: 'Pablo' }, 400, 'invalid'],
    [{}, 400, 'invalid'],
  ])('with %j is %d %s', async (credentials, status, error) => {
    const person = Person.visitor(url(0));
    expect(await person.post('/api/session', credentials)).toEqual({ status, body: code(error) });
    expect(person.cookie).toBe('');
  });
});

describe('credentials', () => {
  const query = new URLSearchParams(PABLO).toString();
  const nested = 'user[username]=Pablo&user[password]=password123&username[]=Pablo&password[]=password123';
  const json = { 'content-type': 'application/json' };
  const text = JSON.stringify(PABLO);

  it.each<[string, string, string, Record<string, string>]>([
    ['a query', `?${query}`, '{}', json],
    ['a query beside half of them', `?${query}`, '{"username":"Pablo"}', json],
    ['a query without a body', `?${query}`, '', json],
    ['a nested query', `?${nested}`, '{}', json],
    ['a form', '', query, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a nested form', '', nested, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a text', '', text, { 'content-type': 'text/plain' }],
    ['a text of no type', '', text, { 'content-type': '' }],
    ['a form with parts', '', text, { 'content-type': 'multipart/form-data; boundary=x' }],
    ['headers', '', '{}', { ...json, ...PABLO, authorization: `Basic ${btoa('Pablo:password123')}` }],
    ['a list', '', `[${text}]`, json],
    ['a list of one each', '', '{"username":["Pablo"],"password":["password123"]}', json],
    ['an object inside', '', `{"user":${text}}`, json],
    ['fields of another spelling', '', '{"username[]":"Pablo","password[]":"password123"}', json],
    ['a prototype', '', `{"__proto__":${text}}`, json],
    ['one field too many', '', text.replace('}', ',"remember":true}'), json],
    ['a string', '', JSON.stringify(text), json],
  ])('are taken from nowhere but the body: not from %s', async (_where, search, body, headers) => {
    // The demo's route leaves a field too many alone, as the demo does.
    const paths = ['/api/session', '/api/users', ...(body.includes('remember') ? [] : ['/login'])];
    for (const path of paths) {
      const answer = await fetch(`${url(0)}${path}${search}`, { method: 'POST', headers, ...(body && { body }) });
      expect([path, answer.status, await answer.json()]).toEqual([path, 400, code('invalid')]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  it('in the query do not help those in the body', async () => {
    const wrong = { username: 'Pablo', password: 'wrong one' };
    for (const path of ['/api/session', '/login']) {
      const answer = await Person.visitor(url(0)).post(`${path}?${query}`, wrong);
      expect([400, 401, 404]).toContain(answer.status);
    }
  });
});

describe('visitors', () => {
  it('get no cookie and leave nothing in Redis', async () => {
    const before = (await data.keys(`${keys.sessionPrefix}*`)).length;
    const person = Person.visitor(url(0));
    for (const path of ['/', '/api/session', '/api/settings', '/api/rooms', '/sign-in']) await person.get(path);
    await person.request('DELETE', '/api/session');
    expect(person.cookie).toBe('');
    expect((await data.keys(`${keys.sessionPrefix}*`)).length).toBe(before);
  });

  it.each([
    ['GET', '/api/rooms'],
    ['POST', '/api/rooms'],
    ['GET', '/api/rooms/0/messages'],
    ['POST', '/api/rooms/0/messages'],
    ['GET', '/api/users'],
    ['GET', '/api/users/online'],
    ['POST', '/api/sync'],
    ['GET', '/api/sessions'],
    ['DELETE', '/api/sessions'],
    ['DELETE', '/api/sessions/0123456789012345678901'],
  ])('%s %s is unauthorized', async (method, path) => {
    expect(await Person.visitor(url(0)).request(method, path)).toEqual({ status: 401, body: code('unauthorized') });
  });

  it('learn what they need to sign in', async () => {
    const { body } = await Person.visitor(url(0)).get('/api/settings');
    expect(body).toMatchObject({ maxMessageLength: 4000 });
    expect(body.demoUsers).toContainEqual(PABLO);
  });

  it('are refused a socket', async () => {
    const socket = Person.visitor(url(0)).socket({ reconnection: false });
    const error = await new Promise<Error & { data?: unknown }>((resolve) => socket.on('connect_error', resolve));
    expect([error.message, error.data]).toEqual(['unauthorized', code('unauthorized')]);
  });
});

describe('DELETE /api/session', () => {
  it('ends the session and its sockets on every gateway, and no other', async () => {
    const [phone, laptop] = [await signIn('Pablo'), await signIn('Pablo')];
    const mine = [await phone.connect(), await phone.at(url(1)).connect()];
    const other = await laptop.at(url(1)).connect();
    const { cookie } = phone;
    expect((await phone.request('DELETE', '/api/session')).status).toBe(204);
    await Promise.all(mine.map((ears) => ears.next('session.ended')));
    await until(() => mine.every(({ socket }) => !socket.connected), 'sockets closed');
    phone.cookie = cookie;
    expect((await phone.get('/api/session')).body).toEqual({ user: null });
    await other.say('0', 'still here');
    expect(other.of('session.ended')).toEqual([]);
    expect((await phone.request('DELETE', '/api/session')).status).toBe(204);
  });
});

describe('what depends on a session', () => {
  /** Every route that the documents name, what there is none of, and Socket.IO's. */
  async function everything(): Promise<[method: string, path: string][]> {
    const { paths } = (await Person.visitor(url(0)).get('/api/docs/openapi.json')).body;
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method): [string, string] => [
        method.toUpperCase(),
        path.replace(/\{(\w+)\}/g, (_, name) => (name === 'sessionId' ? '0123456789012345678901' : '0')),
      ]),
    );
    const polling = '/socket.io/?EIO=4&transport=polling';
    return [
      ...routes.filter(
        ([method, path]) => !/^DELETE .*session|^POST .*(logout|login|session|api.users)/.test(`${method} ${path}`),
      ),
      ['GET', '/api/nothing'],
      ['PUT', '/api/rooms'],
      ['GET', '/nothing'],
      ['GET', '/assets/nothing.js'],
      ['POST', '/'],
      ['GET', polling],
      ['POST', polling],
      ['GET', `${polling}&sid=nobody`],
      ['GET', '/socket.io/?EIO=3&transport=polling'],
    ];
  }

  it('is kept by nobody on the way: every route, its errors, and polling', async () => {
    const pablo = await signIn('Pablo');
    const routes = await everything();
    expect(routes.length).toBeGreaterThan(25);
    for (const cookie of ['', pablo.cookie]) {
      for (const [method, path] of routes) {
        for (const extra of [{}, { origin: 'https://evil.example' }] as Record<string, string>[]) {
          const headers = { ...(cookie && { cookie }), 'content-type': 'application/json', ...extra };
          const body = method === 'GET' ? undefined : '{';
          const response = await fetch(url(0) + path, { method, headers, ...(body && { body }) });
          await response.text();
          const { status, headers: said } = response;
          expect([
            method,
            path,
            status,
            said.get('cache-control'),
            said.get('etag'),
            said.get('last-modified'),
          ]).toEqual([method, path, status, 'no-store', null, null]);
        }
      }
    }
  });

  it('says that it depends on the cookie; what does not, does not', async () => {
    const vary = async (path: string) => (await fetch(url(0) + path)).headers.get('vary') ?? '';
    for (const path of ['/api/session', '/api/rooms', '/me', '/room/0/preload', '/links', '/api/nothing'])
      expect([path, await vary(path)]).toEqual([path, expect.stringContaining('Cookie')]);
    for (const path of ['/', '/sw.js', '/favicon.svg', '/chat/0'])
      expect([path, await vary(path)]).toEqual([path, expect.not.stringContaining('Cookie')]);
  });

  it('is forgotten by the browser at sign-out, by whatever route; the device and other cookies are not', async () => {
    const ways: [string, string][] = [
      ['DELETE', '/api/session'],
      ['DELETE', '/api/sessions?all=true'],
      ['POST', '/logout'],
    ];
    for (const [method, path] of ways) {
      const pablo = await signIn('Pablo');
      const name = pablo.cookie.split('=')[0];
      const response = await fetch(url(0) + path, { method, headers: { cookie: pablo.cookie } });
      expect(response.headers.get('clear-site-data')).toBe('"storage"');
      expect(response.headers.getSetCookie()).toEqual([
        expect.stringMatching(`^${name}=; Path=/; Expires=Thu, 01 Jan 1970`),
      ]);
    }
    const mary = await signIn('Mary');
    const [{ id }] = (await mary.get('/api/sessions')).body.sessions;
    const ended = await fetch(`${url(0)}/api/sessions/${id}`, { method: 'DELETE', headers: { cookie: mary.cookie } });
    expect(ended.headers.get('clear-site-data')).toBe('"storage"');
    // Nobody signed out: nothing of anybody's is to be forgotten.
    for (const cookie of ['', mary.cookie]) {
      for (const [method, path] of [...ways, ['GET', '/api/rooms'], ['GET', '/api/session']] as const) {
        const response = await fetch(url(0) + path, { method, headers: { cookie } });
        expect(response.headers.get('clear-site-data')).toBeNull();
        expect(response.headers.getSetCookie()).toEqual([]);
      }
    }
  });
});
