import { ChatApi, ChatClient } from '@app/client';
import { Person, until } from '@app/testing';
import { Compose, run } from './compose';

// Built and started once for the whole file; its specs follow each other as the days of one installation do.
jest.setTimeout(600_000);

const compose = new Compose(`redis-chat-test-${process.pid}`);
beforeAll(() => compose.start());
afterAll(() => compose.remove());

async function enter(name: string, password = 'password123'): Promise<ChatClient> {
  let cookie = '';
  const withCookie: typeof fetch = async (input, init) => {
    const response = await fetch(input, { ...init, headers: { ...init?.headers, cookie } });
    cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? cookie;
    return response;
  };
  const { url } = compose;
  const user = await new ChatApi({ url, fetch: withCookie }).signIn(name, password);
  const client = new ChatClient(user, { url, fetch: withCookie, socketOptions: { extraHeaders: { cookie } } });
  client.connect();
  await client.open('0');
  return client;
}

const texts = (client: ChatClient) => client.view('0').entries.map(({ message }) => message);
const history = async (person: Person) => {
  const { messages } = (await person.get('/api/rooms/0/messages?limit=200')).body;
  return messages.map(({ message }: { message: string }) => message) as string[];
};

it('runs as production', async () => {
  const visitor = Person.visitor(compose.url);
  expect(await visitor.get('/room/0/preload')).toMatchObject({ status: 403 });
  expect(await visitor.post('/login', { username: 'Nobody', password: 'password123' })).toMatchObject({ status: 404 });
  expect(await visitor.get('/metrics')).toMatchObject({ status: 404 });
  const [gateway = ''] = await compose.containers('gateway-1');
  const metrics = 'fetch("http://127.0.0.1:9464/metrics").then((r)=>r.text()).then(console.log)';
  expect(await run('docker', ['exec', gateway, 'node', '-e', metrics])).toContain('chat_connections');
});

it('passes the end-to-end suite through nginx', async () => {
  const specs = ['test/e2e/conversation', 'test/e2e/session'];
  const args = ['node_modules/jest/bin/jest.js', ...specs, '--selectProjects', 'e2e', '--runInBand'];
  await run(process.execPath, args, { WORLD_URL: compose.url });
});

it('keeps a polling client on its gateway', async () => {
  const pablo = await Person.signIn(compose.url, 'Pablo');
  const polling = await Promise.all(
    Array.from({ length: 8 }, () => pablo.connect({ transports: ['polling'], upgrade: false })),
  );
  await polling[0]?.say('0', 'by polling');
  for (const ears of polling) await ears.hears('by polling');
  expect(polling.map((ears) => ears.of('hello').length)).toEqual(polling.map(() => 1));
  const gateways = new Set(polling.map((ears) => ears.of('hello')[0].serverId.split('-').slice(0, 2).join('-')));
  expect([...gateways].sort()).toEqual(['gateway-1', 'gateway-2']);
  pablo.leave();
});

it('loses nothing when containers are killed, and everybody goes on', async () => {
  const people = [await enter('Pablo'), await enter('Joe'), await enter('Mary'), await enter('Alex')];
  let count = 0;
  const talking = setInterval(() => {
    people[count % people.length]?.send('0', `through kills ${count}`);
    count += 1;
  }, 50);
  const said = (n: number) => until(() => count >= n, 'talk to go on', 60_000);
  await said(20);
  const [messages = ''] = await compose.containers('messages');
  await run('docker', ['kill', messages]);
  await said(60);
  await compose.call('kill', 'gateway-1');
  await said(120);
  clearInterval(talking);
  const last = people.map((client) => client.send('0', `last of ${client.user.username}`).key);
  expect(last).toHaveLength(4);
  const settled = () =>
    people.every((client) => {
      const entries = client.view('0').entries;
      return entries.filter(({ message }) => message.startsWith('last of')).length === 4 && entries.every(isSent);
    });
  const isSent = ({ state }: { state?: string }) => state === undefined || state === 'sent';
  await until(settled, 'everything to be stored and seen by all', 60_000);
  const [first = [], ...others] = people.map((client) => texts(client).filter((text) => /^(through|last)/.test(text)));
  expect(new Set(first).size).toBe(count + 4);
  expect(first).toHaveLength(count + 4);
  for (const other of others) expect(other).toEqual(first);
  for (const client of people) client.disconnect();
  await compose.up();
});

it('runs nothing as root, and nothing writes but to its volumes', async () => {
  for (const container of await compose.containers()) {
    const [info] = JSON.parse(await run('docker', ['inspect', container]));
    expect([info.Name, info.Config.User]).toEqual([info.Name, expect.stringMatching(/^(node|redis|www-data)$/)]);
    expect(info.HostConfig).toMatchObject({ ReadonlyRootfs: true, Privileged: false });
    expect((await run('docker', ['exec', container, 'id', '-u'])).trim()).not.toBe('0');
    // Where something is mounted is a difference as well.
    const mounts: string[] = info.Mounts.map(({ Destination }: { Destination: string }) => Destination);
    const written = (await run('docker', ['diff', container]))
      .split('\n')
      .filter(Boolean)
      .map((line) => line.slice(2));
    const elsewhere = written.filter((path) => !mounts.some((mount) => mount.startsWith(path)));
    expect([info.Name, elsewhere]).toEqual([info.Name, []]);
  }
});

it('keeps its data over down and up, and over backup and restore', async () => {
  const pablo = await Person.signIn(compose.url, 'Pablo');
  await pablo.post('/api/rooms/0/messages', { message: 'before the backup' });
  await run('sh', ['-c', 'deploy/backup.sh >"$FILE"'], compose.env);
  await pablo.post('/api/rooms/0/messages', { message: 'after the backup' });
  const all = await history(pablo);
  await compose.down();
  await compose.up();
  expect(await history(pablo)).toEqual(all);

  await compose.down();
  await run('sh', ['-c', 'deploy/restore.sh <"$FILE"'], compose.env);
  await compose.call('up', '-d', 'redis');
  const [redis = ''] = await compose.containers('redis');
  const read = 'REDISCLI_AUTH=$REDIS_OPERATOR_PASSWORD redis-cli --no-auth-warning --json zrange room:0 0 -1';
  const stored = () => run('docker', ['exec', redis, 'sh', '-c', read]).then(JSON.parse, () => []);
  await until(async () => (await stored()).length > 0, 'Redis to have loaded the backup', 60_000);
  const restored = (await stored()).map((message: string) => JSON.parse(message).message);
  expect(restored.slice(-10)).toEqual(all.slice(0, -1).slice(-10));
});

it('runs in a single container too', async () => {
  const { GenericContainer, Network, Wait } = await import('testcontainers');
  const network = await new Network().start();
  const redis = await new GenericContainer('redis:8-bookworm')
    .withNetwork(network)
    .withNetworkAliases('redis')
    .withCommand(['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no'])
    .start();
  const chat = await new GenericContainer('redis-chat:local')
    .withNetwork(network)
    .withEnvironment({ REDIS_ENDPOINT_URL: 'redis:6379', SESSION_SECRET: 'a secret for tests only', PORT: '8080' })
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  try {
    const url = `http://${chat.getHost()}:${chat.getMappedPort(8080)}`;
    const [ann, bob] = [await Person.register(url, 'Ann'), await Person.register(url, 'Bob')];
    const [a, b] = [await ann.connect(), await bob.connect()];
    await a.say('1:2', 'in one process');
    await b.hears('in one process');
    for (const person of [ann, bob]) person.leave();
  } finally {
    await chat.stop();
    await redis.stop();
    await network.stop();
  }
});
