import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { channelsOf, keys, type Redis } from '@app/redis';
import { Sealer } from '@app/streams';
import { Cluster, Person, SEAL_SECRET_OF_TESTS, startRedis, type TestRedis, until } from '@app/testing';

/** Each with a part that is found again however the rest of it is spelled. */
const SECRETS = {
  registered: 'Regen 7 & "Holunderstrauch" ü',
  wrong: 'Falsch 8 / \\Brombeerhecke\\ é',
  demoWrong: 'Falsch 9 % Schlehdornzweig',
  unknown: 'Niemand 1 + Weissdornblatt',
  dying: 'Kaputt 2 = Haselnussbaum',
};
const WORDS = ['Holunderstrauch', 'Brombeerhecke', 'Schlehdornzweig', 'Weissdornblatt', 'Haselnussbaum'];

let redis: TestRedis;
let data: Redis;
let monitor: Redis;
let cluster: Cluster;
const commands: string[] = [];

beforeAll(async () => {
  redis = await startRedis({ appendonly: true });
  data = await redis.connect();
  monitor = await data.monitor();
  monitor.on('monitor', (_time: string, args: string[]) => commands.push(args.join(' ')));
  const env = { LOG_LEVEL: 'trace', WORK_RETRY_MS: '1', WORK_MAX_DELIVERIES: '2' };
  cluster = await Cluster.start({ redis, gateways: 1, env });
});
afterAll(async () => {
  monitor?.disconnect();
  await cluster?.stop();
  await redis?.stop();
});

const visitor = () => Person.visitor(cluster.gateway(0).url);

/** The ways in which a word may stand in a text, as far as they can be searched for. */
function spellings(word: string): string[] {
  const bytes = Buffer.from(word);
  // In base64 the same bytes read differently by where they begin; what their neighbours change is left out.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .slice(Math.ceil((shift * 8) / 6), Math.floor(((bytes.length + shift) * 8) / 6)),
  );
  return [word, ...base64, bytes.toString('hex'), [...word].reverse().join('')];
}

/** Which words stand in a text. */
function found(text: string): string[] {
  return WORDS.filter((word) =>
    spellings(word).some((spelling) => text.toLowerCase().includes(spelling.toLowerCase())),
  );
}

/** All that Redis has on disk: append-only file, snapshot. Empty where it keeps its files in a container. */
async function files(): Promise<string> {
  await data.save();
  const [, folder = ''] = (await data.config('GET', 'dir')) as string[];
  if (!existsSync(folder)) return '';
  const below = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return below.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1')).join('\n');
}

it('the search finds what it looks for', () => {
  const password = `x${SECRETS.registered}`;
  const texts = [password, JSON.stringify(password), encodeURIComponent(password)];
  texts.push(Buffer.from(password).toString('base64'), Buffer.from(password).toString('hex'));
  for (const text of texts) expect(found(text)).toEqual(['Holunderstrauch']);
});

it('no password is in anything that Redis keeps or passes on, nor in a log', async () => {
  const { registered, wrong, demoWrong, unknown, dying } = SECRETS;
  const post = async (path: string, username: string, password: string) =>
    (await visitor().post(path, { username, password })).status;
  expect(await post('/api/users', 'Ann', registered)).toBe(201);
  expect(await post('/api/session', 'Ann', registered)).toBe(200);
  expect(await post('/api/session', 'Ann', wrong)).toBe(401);
  expect(await post('/login', 'Ann', demoWrong)).toBe(404);
  expect(await post('/api/session', 'Nobody', unknown)).toBe(401);
  // Both end in `work:dead`.
  await data.hset(keys.username('Broken'), 'not', 'a string');
  expect(await post('/api/users', 'Broken', dying)).toBe(500);
  await until(async () => (await data.xlen(keys.dead)) > 0, 'a dead letter');

  expect(commands.filter((command) => found(command).length > 0)).toEqual([]);
  expect(found(await files())).toEqual([]);
  expect(found(JSON.stringify(await data.xrange(keys.dead, '-', '+')))).toEqual([]);
  for (const service of [...cluster.gateways, ...cluster.workers]) {
    expect([service.name, found(service.logs)]).toEqual([service.name, []]);
    expect(found(await (await fetch(`${service.url}/metrics`)).text())).toEqual([]);
  }
});

describe('what is sealed', () => {
  const request = (password: unknown, username = 'Ann', pattern = 'auth.verify') => ({
    pattern,
    data: { username, password },
  });
  /** Adds work as only who reaches Redis can, and gives the answer. */
  async function ask(work: { pattern: string; data: unknown; key?: string }): Promise<unknown> {
    const replies = await redis.connect('subscriber');
    const channel = channelsOf(data).reply(`spec-${Math.random()}`);
    const answer = new Promise((resolve) => replies.once('message', (_channel, text) => resolve(JSON.parse(text)[0])));
    await replies.subscribe(channel);
    const wire = { ...work, id: '1', replyTo: channel, ttlMs: 20_000 };
    await data.xadd(keys.work('auth'), '*', 'requests', JSON.stringify([wire]));
    return answer;
  }
  const seal = (work: { pattern: string; data: unknown; key?: string }, secret = SEAL_SECRET_OF_TESTS) => ({
    ...work,
    data: new Sealer([secret]).seal(work, ['password']),
  });
  const mine = () => request(SECRETS.registered);

  it('is opened where it belongs', async () => {
    expect(await ask(seal(mine()))).toMatchObject({ value: { username: 'Ann' } });
  });

  it.each<[string, () => unknown]>([
    ['in clear', () => mine()],
    ['an object that only looks sealed', () => request({ sealed: SECRETS.registered })],
    ['null', () => request(null)],
    ['a list', () => request([seal(mine()).data])],
    ['empty', () => request({ sealed: '' })],
  ])('is refused: %s', async (_what, work) => {
    const answer = await ask(work() as ReturnType<typeof mine>);
    expect(answer).toMatchObject({ error: { code: 'invalid', message: 'password: must be sealed' } });
  });

  it.each<[string, () => unknown]>([
    ['with another secret', () => seal(mine(), 'a secret of somebody else')],
    ["with another user's name", () => ({ ...mine(), data: { ...seal(mine()).data, username: 'Pablo' } })],
    ['in another request', () => ({ ...seal(mine()), pattern: 'auth.register', key: 'another' })],
    ['under another key', () => ({ ...seal({ ...mine(), pattern: 'auth.register', key: 'one' }), key: 'two' })],
  ])('cannot be opened: %s', async (_what, work) => {
    expect(await ask(work() as ReturnType<typeof mine>)).toMatchObject({ error: { code: 'unavailable' } });
  });

  it('is opened with the second of two secrets, and sealed with the first', async () => {
    const next = 'the secret that comes next';
    const rotating = await cluster.spawn('auth', {
      SEAL_SECRET: `${next}, ${SEAL_SECRET_OF_TESTS}`,
      DEMO_DATA: 'false',
    });
    for (const auth of cluster.workers.filter(({ name }) => name === 'auth')) await auth.end();
    expect(await ask(seal(mine()))).toMatchObject({ value: { username: 'Ann' } });
    expect(await ask(seal(mine(), next))).toMatchObject({ value: { username: 'Ann' } });
    const other = await cluster.spawn('gateway', { SEAL_SECRET: `${next},${SEAL_SECRET_OF_TESTS}` });
    expect((await Person.signIn(other.url, 'Ann', SECRETS.registered)).id).toBeTruthy();
    await Promise.all([rotating.end(), other.end()]);
  });
});
