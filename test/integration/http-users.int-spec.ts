import { keys, type Redis } from '@app/redis';
import { Cluster, PASSWORD_OF_TESTS, Person, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis, replicas: 2 });
});
const people: Person[] = [];
afterEach(() => {
  for (const person of people.splice(0)) person.leave();
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
const code = (error: string) => ({ code: error, message: expect.any(String) });

describe('POST /api/users', () => {
  const register = (username: unknown, password: unknown = PASSWORD_OF_TESTS, gateway = 0) =>
    Person.visitor(url(gateway)).post('/api/users', { username, password });

  it('registers and signs in', async () => {
    const person = await Person.register(url(0), ' Zoë ');
    expect((await person.get('/api/session')).body).toEqual({ user: { id: person.id, username: 'Zoë' } });
    expect(await data.hget(keys.user(person.id), 'password')).toMatch(/^\$2b\$/);
    expect(await register('Zoe\u0308')).toEqual({ status: 409, body: code('conflict') });
    const again = await Person.visitor(url(1)).post('/api/session', {
      username: 'Zoe\u0308',
      password: PASSWORD_OF_TESTS,
    });
    expect(again.body).toEqual({ user: { id: person.id, username: 'Zoë' } });
  });

  it.each([
    ['', PASSWORD_OF_TESTS],
    ['   ', PASSWORD_OF_TESTS],
    ['x'.repeat(33), PASSWORD_OF_TESTS],
    ['a\u0007b', PASSWORD_OF_TESTS],
    ['a\u200bb', PASSWORD_OF_TESTS],
    ['a\u202eb', PASSWORD_OF_TESTS],
    ['\u3164', PASSWORD_OF_TESTS],
    [7, PASSWORD_OF_TESTS],
    ['Short', '1234567'],
    ['Long', 'x'.repeat(257)],
    ['Common', 'password'],
    ['Digits', '12345678'],
    ['Blank', ' '.repeat(8)],
    ['Marigold', 'Marigold'],
    ['Chatty', 'redis-chat'],
    ['Nul', 'Wacholder\0Ginster'],
    ['Half', 'Wacholder \ud800'],
    ['None', ''],
    ['Number', 12345678],
  ])('refuses %j with password %j', async (username, password) => {
    expect(await register(username, password)).toEqual({ status: 400, body: code('invalid') });
  });

  it.each(['Vіctor', 'Аnn', 'Ann Мaria', '\u0301', 'a\u0378', 'Z\u0320\u0321\u0322\u0323\u0324o'])(
    'refuses %j, which mixes scripts or is not seen',
    async (username) => {
      expect(await register(username)).toEqual({ status: 400, body: code('invalid') });
    },
  );

  it.each(['admin', 'ADMlN', 'General', 'GeneraI', '@everyone', 'here', 'all', 'Redis Chat', 'ѕystem', 'system.'])(
    'gives %j to nobody',
    async (username) => {
      expect((await register(username)).status).toBeGreaterThanOrEqual(400);
    },
  );

  it('gives no name that looks like one that is taken, on any gateway', async () => {
    expect((await register('Victoria Ann  1')).body.user.username).toBe('Victoria Ann 1');
    const alike = [
      'victoria ann 1',
      'VICTORIA ANN 1',
      'Victoria\u00a0Ann 1',
      'Victoria Аnn 1',
      'Victoria Ann l',
      'Victor1a Ann 1',
      'Ｖictoria Ann 1',
      'VICTORlA Ann 1',
      '𝐕ictoria Ann ①',
    ];
    for (const [i, username] of alike.entries()) {
      const { status } = await register(username, 'another password', i % 2);
      expect([username, status]).toEqual([username, username.includes('А') ? 400 : 409]);
    }
    expect((await register('Victoria Ann 2')).status).toBe(201);
  });

  it.each(['ü'.repeat(64), 'x'.repeat(73), '😀'.repeat(256), 'Zürichsee im Mai', 'pass phrase with spaces'])(
    'takes the password %j, however it is composed',
    async (password) => {
      const username = `Composer ${password.length}`;
      expect((await register(username, password.normalize('NFD'))).status).toBe(201);
      const tried = (typed: string) => Person.visitor(url(1)).post('/api/session', { username, password: typed });
      for (const typed of [password, password.normalize('NFD')]) expect((await tried(typed)).status).toBe(200);
      for (const other of [`${password}x`, password.slice(0, -2), `x${password}`])
        expect(await tried(other)).toEqual({ status: 401, body: code('unauthorized') });
    },
  );

  it('gives a name to one of many who ask at once', async () => {
    for (const round of [1, 2, 3]) {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => register(`Twin ${round}`, `Ginster und Dorn ${i}`, i % 2)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)]);
      const winner = answers.findIndex(({ status }) => status === 201);
      const { id } = answers[winner]?.body.user ?? {};
      const credentials = { username: `Twin ${round}`, password: `Ginster und Dorn ${winner}` };
      expect((await Person.visitor(url(0)).post('/api/session', credentials)).body.user.id).toBe(id);
      expect(await data.get(keys.username(`Twin ${round}`))).toBe(`user:${id}`);
    }
    const names = (await (await signIn('Pablo')).get('/api/users?limit=500')).body.users.map(
      ({ username }: { username: string }) => username,
    );
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('GET /api/users', () => {
  it('gives everybody page by page, in the order of their ids', async () => {
    const pablo = await signIn('Pablo');
    await Promise.all([1, 2, 3].map((n) => Person.register(url(0), `Listed ${n}`)));
    const all = (await pablo.get('/api/users')).body;
    expect(all.next).toBeNull();
    expect(all.users.slice(0, 2)).toEqual([
      { id: '1', username: 'Pablo', online: false },
      { id: '2', username: 'Joe', online: false },
    ]);
    const found: unknown[] = [];
    let after = '';
    for (let next: string | null = '0'; next !== null; after = `&after=${next}`) {
      const { body } = await pablo.get(`/api/users?limit=2${after}`);
      expect(body.users.length).toBeLessThanOrEqual(2);
      found.push(...body.users);
      next = body.next;
    }
    expect(found).toEqual(all.users);
  });

  it('gives those asked for, with whether they are online', async () => {
    const [pablo, joe] = [await signIn('Pablo'), await signIn('Joe', 1)];
    await joe.connect();
    await until(async () => (await data.sismember(keys.onlineUsers, '2')) === 1, 'Joe online');
    expect((await pablo.get('/api/users?ids=3,2,999')).body).toEqual({
      users: [
        { id: '3', username: 'Mary', online: false },
        { id: '2', username: 'Joe', online: true },
      ],
      next: null,
    });
    expect((await pablo.get('/api/users/online')).body).toEqual({
      users: [{ id: '2', username: 'Joe', online: true }],
      next: null,
    });
  });
});
