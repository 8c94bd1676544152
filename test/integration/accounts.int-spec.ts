import { execFile } from 'node:child_process';
import { keys, type Redis } from '@app/redis';
import {
  Cluster,
  PASSWORD_OF_TESTS,
  Person,
  SEAL_SECRET_OF_TESTS,
  ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';

const NEW = 'Sanddorn am Strand';

let redis: TestRedis;
let data: Redis;
let cluster: Cluster;
beforeAll(async () => {
  redis = await startRedis();
  data = await redis.connect();
  cluster = await Cluster.start({ redis });
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

const url = (gateway = 0) => cluster.gateway(gateway).url;
const people: Person[] = [];
afterEach(() => {
  for (const person of people.splice(0)) person.leave();
});
let count = 0;
/** Somebody new, signed in at each gateway with a socket there. */
async function somebody() {
  const laptop = await Person.register(url(0), `Wanda ${++count}`);
  const phone = await Person.signIn(url(1), laptop.username);
  people.push(laptop, phone);
  return { laptop, phone, sockets: [await laptop.connect(), await phone.connect()] as const };
}
const change = (person: Person, password: unknown, newPassword: unknown) =>
  person.request('PUT', '/api/session/password', { password, newPassword });
const signIn = (username: string, password: string, gateway = 0) =>
  Person.visitor(url(gateway)).post('/api/session', { username, password });
const isOver = async (person: Person, { socket, next }: Awaited<ReturnType<Person['connect']>>) => {
  await until(() => !socket.connected, 'the socket to be closed');
  expect((await person.get('/api/rooms')).status).toBe(401);
  return next;
};

describe('a change of password', () => {
  it('ends all other sessions and their sockets on every gateway at once, and this one goes on', async () => {
    const { laptop, phone, sockets } = await somebody();
    const [mine, others] = sockets;
    expect(await change(laptop, PASSWORD_OF_TESTS, NEW)).toMatchObject({ status: 204 });
    await others.next('session.ended');
    await isOver(phone, others);
    await mine.say('0', 'still here');
    expect((await laptop.get('/api/rooms')).status).toBe(200);
    expect((await signIn(laptop.username, PASSWORD_OF_TESTS)).status).toBe(401);
    expect((await signIn(laptop.username, NEW, 1)).status).toBe(200);
    expect(await data.hget(keys.user(laptop.id), 'password')).toMatch(/^\$2b\$/);
  });

  it.each<[string, unknown, unknown, number, string]>([
    ['a wrong present one', 'Sanddorn am Meer', NEW, 403, 'forbidden'],
    ['a common one', PASSWORD_OF_TESTS, 'password', 400, 'invalid'],
    ['a short one', PASSWORD_OF_TESTS, 'short', 400, 'invalid'],
    ['the same', PASSWORD_OF_TESTS, PASSWORD_OF_TESTS, 400, 'invalid'],
    ['no text', PASSWORD_OF_TESTS, 12345678, 400, 'invalid'],
    ['a list', [PASSWORD_OF_TESTS], [NEW], 400, 'invalid'],
    ['none', PASSWORD_OF_TESTS, undefined, 400, 'invalid'],
  ])('is refused with %s, and changes nothing', async (_what, password, newPassword, status, code) => {
    const { laptop, phone } = await somebody();
    expect(await change(laptop, password, newPassword)).toMatchObject({ status, body: { code } });
    expect((await phone.get('/api/rooms')).status).toBe(200);
    expect((await signIn(laptop.username, PASSWORD_OF_TESTS)).status).toBe(200);
  });

  it('is for those who are signed in, and from this page', async () => {
    expect(await change(Person.visitor(url()), PASSWORD_OF_TESTS, NEW)).toMatchObject({ status: 401 });
    const { laptop } = await somebody();
    const body = { password: PASSWORD_OF_TESTS, newPassword: NEW };
    const headers = { origin: 'https://evil.example' };
    expect(await laptop.request('PUT', '/api/session/password', body, headers)).toMatchObject({ status: 403 });
    expect((await signIn(laptop.username, PASSWORD_OF_TESTS)).status).toBe(200);
  });

  it('is limited as sign-ins are', async () => {
    const { laptop } = await somebody();
    const answers = [];
    for (let i = 0; i < 12; i++) answers.push((await change(laptop, `wrong one ${i}`, NEW)).status);
    expect(answers.slice(0, 3)).toEqual([403, 403, 403]);
    expect(answers.at(-1)).toBe(429);
  });

  it('leaves nobody signed in who signs in with the old one meanwhile', async () => {
    const { laptop } = await somebody();
    const attempts = Array.from({ length: 6 }, (_, i) => signIn(laptop.username, PASSWORD_OF_TESTS, i % 2));
    await Promise.all([change(laptop, PASSWORD_OF_TESTS, NEW), ...attempts]);
    const { sessions } = (await laptop.get('/api/sessions')).body;
    expect(sessions).toHaveLength(1);
  });
});

describe('npm run admin', () => {
  /** @returns exit code and what it said */
  function admin(args: string[], stdin = ''): Promise<{ code: number; said: string }> {
    const env = {
      PATH: process.env.PATH,
      REDIS_ENDPOINT_URL: redis.url,
      // Where a gateway is, with its user of Redis.
      ...(redis.users && { REDIS_USERNAME: 'gateway', REDIS_PASSWORD: 'gateway' }),
      SEAL_SECRET: SEAL_SECRET_OF_TESTS,
    };
    return new Promise((resolve) => {
      const child = execFile(process.execPath, ['dist/admin.js', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      );
      child.stdin?.end(stdin);
    });
  }

  it('lists users', async () => {
    const { laptop } = await somebody();
    const { code, said } = await admin(['users']);
    expect([code, said]).toEqual([0, expect.stringMatching(/^#1 {2}Pablo {2}since \S+\n/)]);
    expect(said).toContain(`#${laptop.id}  ${laptop.username}  since `);
    expect(said).not.toMatch(/\$2|password/);
  });

  it('adds a user, with a password that is made up or read', async () => {
    const { said } = await admin(['add', 'Theodora']);
    const password = /^password: (\S+)$/m.exec(said)?.[1] ?? '';
    expect(password.length).toBeGreaterThan(20);
    expect((await signIn('Theodora', password)).status).toBe(200);
    expect(await admin(['add', 'Theodora'])).toMatchObject({ code: 1, said: 'This user name is taken\n' });
    expect((await admin(['add', 'Wilhelmina', '--stdin'], `${NEW}\n`)).said).not.toContain('password');
    expect((await signIn('Wilhelmina', NEW)).status).toBe(200);
    expect(await admin(['add', 'Ottilie', '--stdin'], 'password')).toMatchObject({ code: 1 });
  });

  it('adds a user where nobody may register', async () => {
    const at = cluster.workers.findIndex(({ name }) => name === 'auth');
    const replace = async (env: Record<string, string>) => {
      await cluster.workers[at]?.end();
      cluster.workers[at] = await cluster.spawn('auth', env);
    };
    await replace({ REGISTRATION: 'closed' });
    const register = { username: 'Not asked in', password: NEW };
    expect(await Person.visitor(url()).post('/api/users', register)).toMatchObject({ status: 403 });
    expect(await admin(['add', 'Asked in', '--stdin'], NEW)).toMatchObject({ code: 0 });
    expect((await signIn('Asked in', NEW)).status).toBe(200);
    expect(await admin(['add', 'Asked in'])).toMatchObject({ code: 1, said: 'This user name is taken\n' });
    expect(await admin(['add', 'admin'])).toMatchObject({ code: 1, said: expect.stringContaining('reserved') });
    expect(await admin(['add', 'Too common', '--stdin'], 'password1')).toMatchObject({ code: 1 });
    await replace({});
  });

  it('resets a password: all sessions end, and the new one lets in', async () => {
    const { laptop, phone, sockets } = await somebody();
    const { said } = await admin(['reset', laptop.username]);
    const password = /^password: (\S+)$/m.exec(said)?.[1] ?? '';
    await isOver(laptop, sockets[0]);
    await isOver(phone, sockets[1]);
    expect((await signIn(laptop.username, PASSWORD_OF_TESTS)).status).toBe(401);
    expect((await signIn(laptop.username, password)).status).toBe(200);
  });

  it("lists and ends a user's sessions", async () => {
    const { laptop, phone, sockets } = await somebody();
    const { said } = await admin(['sessions', `#${laptop.id}`]);
    expect(said).toMatch(/^([\w-]{22} {2}used \S+ {2}node\n){2}2 sessions\n$/);
    const { body } = await phone.get('/api/sessions');
    const { id } = body.sessions.find((session: { current: boolean }) => session.current);
    expect(said).toContain(id);
    expect(await admin(['sessions', laptop.username, 'end', id])).toEqual({ code: 0, said: '1 sessions ended\n' });
    await isOver(phone, sockets[1]);
    expect((await laptop.get('/api/rooms')).status).toBe(200);
    await admin(['sessions', laptop.username, 'end', 'all']);
    await isOver(laptop, sockets[0]);
  });

  it('suspends: sessions and sockets end at once everywhere, messages stay; and lets in again', async () => {
    const { laptop, phone, sockets } = await somebody();
    await sockets[0].say('0', `said before ${count}`);
    expect(await admin(['suspend', laptop.username])).toEqual({ code: 0, said: 'suspended\n2 sessions ended\n' });
    await Promise.all(sockets.map((ears) => ears.next('session.ended')));
    await isOver(laptop, sockets[0]);
    await isOver(phone, sockets[1]);
    const refusal = { status: 403, body: { code: 'forbidden', message: 'This account is suspended' } };
    for (const gateway of [0, 1]) expect(await signIn(laptop.username, PASSWORD_OF_TESTS, gateway)).toEqual(refusal);
    expect((await signIn(laptop.username, 'not the password')).status).toBe(401);
    const { messages } = (await (await Person.signIn(url(), 'Mary')).get('/api/rooms/0/messages?limit=5')).body;
    expect(messages.at(-1)).toMatchObject({ from: laptop.id, message: `said before ${count}` });
    expect((await admin(['users'])).said).toMatch(new RegExp(`^#${laptop.id}  .*  suspended `, 'm'));
    expect(await admin(['resume', laptop.username])).toEqual({ code: 0, said: 'let in again\n' });
    expect((await signIn(laptop.username, PASSWORD_OF_TESTS)).status).toBe(200);
  });

  it('leaves nobody signed in who signs in while being suspended', async () => {
    const { laptop } = await somebody();
    const suspended = admin(['suspend', laptop.username]);
    let isDone = false;
    void suspended.then(() => {
      isDone = true;
    });
    while (!isDone) await signIn(laptop.username, PASSWORD_OF_TESTS, 1);
    expect((await admin(['sessions', laptop.username])).said).toBe('0 sessions\n');
  });

  it.each([
    [[]],
    [['add']],
    [['suspend', 'a', 'b']],
    [['reset', 'Joe', 'a password']],
    [['drop', 'Joe']],
    [['users', 'x']],
    [['add', '--stdin']],
    [['reset', '--stdin']],
    [['suspend', '--help']],
  ])('takes nothing else, and no password as an argument: %j', async (args) => {
    expect(await admin(args)).toMatchObject({ code: 2, said: expect.stringContaining('suspend USER') });
  });

  it('says in a line what it does not find', async () => {
    for (const verb of ['reset', 'suspend', 'resume', 'sessions'])
      expect(await admin([verb, 'Nobody at all'])).toEqual({ code: 1, said: 'No such user\n' });
  });
});

describe("the demo's accounts in production", () => {
  it('let nobody in, their sessions end, and a line says so; with another password they are accounts like any other', async () => {
    const joe = await Person.signIn(url(), 'Joe');
    people.push(joe);
    const ears = await joe.connect();
    const production = { NODE_ENV: 'production', REGISTRATION: 'open' };
    const [auth, gateway]: ServiceProcess[] = [
      await cluster.spawn('auth', production),
      await cluster.spawn('gateway', production),
    ];
    for (const old of cluster.workers.filter(({ name }) => name === 'auth')) await old.end();
    await ears.next('session.ended');
    await isOver(joe, ears);
    await until(() => /demo accounts in the database are disabled in production/.test(auth?.logs ?? ''), 'the line');
    const disabled = { status: 403, body: { code: 'forbidden', message: 'The demo accounts are disabled here' } };
    const post = (path: string, username: string, password = 'password123') =>
      Person.visitor(gateway?.url ?? '').post(path, { username, password });
    for (const name of ['Pablo', 'Joe', 'Mary', 'Alex', ' Joe ']) {
      expect(await post('/api/session', name)).toEqual(disabled);
      expect((await post('/login', name)).status).not.toBe(200);
    }
    expect((await post('/api/session', 'Joe', 'wrong one')).status).toBe(401);
    const { laptop } = await somebody();
    expect((await post('/api/session', laptop.username, PASSWORD_OF_TESTS)).status).toBe(200);
    await Promise.all([auth?.end(), gateway?.end()]);
  });
});
