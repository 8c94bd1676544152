import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { type Ears, Person, TestBrowser, until } from '@app/testing';
import { gatewaysOf } from '../e2e/support/gateways';
import { Tab } from '../e2e/support/tab';
import { GATEWAY_AWAY } from '../e2e/support/world';
import { Compose, IMAGE, run } from './compose';
import { whileTheyTalk } from './talk';

// Built and started once for the whole file; its specs follow each other as the days of one installation do.
jest.setTimeout(600_000);

const compose = new Compose(`redis-chat-test-${process.pid}`);
let browser: TestBrowser;
beforeAll(async () => {
  await compose.start();
  browser = await TestBrowser.start();
});
afterAll(async () => {
  await browser?.stop();
  await compose.remove();
});

const history = async (person: Person) => {
  const { messages } = (await person.get('/api/rooms/0/messages?limit=200')).body;
  return messages.map(({ message }: { message: string }) => message) as string[];
};

const PER_SERVICE = { redis: 1, auth: 2, rooms: 2, messages: 2, 'gateway-1': 1, 'gateway-2': 1, nginx: 1 };

it('is one small image', async () => {
  const size = async (image: string) => Number(await run('docker', ['image', 'inspect', '-f', '{{.Size}}', image]));
  const [, base = ''] = /^FROM (\S+)$/m.exec(readFileSync('Dockerfile', 'utf8')) ?? [];
  expect((await size(IMAGE)) - (await size(base))).toBeLessThan(120e6);
  const packages = await run('docker', ['run', '--rm', IMAGE, 'ls', 'node_modules']);
  expect(packages.trim().split('\n').sort()).toEqual(['bcrypt', 'node-gyp-build']);
});

it('is open to this machine alone', async () => {
  const [nginx = ''] = await compose.containers('nginx');
  const [{ HostConfig }] = JSON.parse(await run('docker', ['inspect', nginx]));
  expect(HostConfig.PortBindings['8080/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: `${compose.port}` }]);
});

it('starts two of each service, and nothing without its secrets', async () => {
  for (const [service, count] of Object.entries(PER_SERVICE))
    expect([service, (await compose.containers(service)).length]).toEqual([service, count]);
  await expect(compose.without('SESSION_SECRET')).rejects.toThrow('run deploy/make-env.sh first');
  await expect(compose.without('SEAL_SECRET')).rejects.toThrow('run deploy/make-env.sh first');
  await expect(compose.without('REDIS_PASSWORD')).rejects.toThrow('run deploy/make-env.sh first');
});

it('runs as production', async () => {
  const visitor = Person.visitor(compose.url);
  expect(await visitor.get('/room/0/preload')).toMatchObject({ status: 404 });
  expect(await visitor.post('/login', { username: 'Nobody', password: 'password123' })).toMatchObject({ status: 404 });
  expect(await visitor.get('/metrics')).toMatchObject({ status: 404 });
  expect((await fetch(compose.url)).headers.get('strict-transport-security')).toBeNull();
  expect((await fetch(`${compose.url}/api/docs/redoc.js`)).status).toBe(200);
  const [gateway = ''] = await compose.containers('gateway-1');
  const metrics = 'fetch("http://127.0.0.1:9464/metrics").then((r)=>r.text()).then(console.log)';
  expect(await run('docker', ['exec', gateway, 'node', '-e', metrics])).toContain('chat_connections');
});

it('passes the end-to-end suite through nginx, and a gateway and a messages container are killed under it', async () => {
  const witness = await Person.register(compose.url, 'Witness');
  const ears = await witness.connect();
  const specs = ['test/e2e/conversation', 'test/e2e/session'];
  const args = ['node_modules/jest/bin/jest.js', ...specs, '--selectProjects', 'e2e', '--runInBand'];
  const suite = run(process.execPath, args, { WORLD_URL: compose.url });
  const hasBegun = () => ears.texts('0').includes('Hello from the first gateway');
  await Promise.race([suite, until(hasBegun, 'the suite to begin', 120_000)]);
  witness.leave();
  const [messages = ''] = await compose.containers('messages');
  await Promise.all([run('docker', ['kill', messages]), compose.call('kill', 'gateway-1')]);
  await Promise.all([suite, compose.up()]);
});

it('keeps a polling client on its gateway', async () => {
  const pablo = await Person.signIn(compose.url, 'Pablo');
  const polling: Ears[] = [];
  const gatewayOf = (ears: Ears): string => ears.of('hello')[0].serverId.split('-').slice(0, 2).join('-');
  const isAtBoth = () => new Set(polling.map(gatewayOf)).size === 2;
  // The front may hold a gateway that was just killed for dead a little longer.
  await until(
    async () => {
      if (polling.length === 8) polling.shift()?.socket.disconnect();
      polling.push(await pablo.connect({ transports: ['polling'], upgrade: false }));
      return polling.length === 8 && isAtBoth();
    },
    'a connection at each gateway',
    60_000,
  );
  await polling[0]?.say('0', 'by polling');
  for (const ears of polling) await ears.hears('by polling');
  expect(polling.map((ears) => ears.of('hello').length)).toEqual(polling.map(() => 1));
  expect([...new Set(polling.map(gatewayOf))].sort()).toEqual(['gateway-1', 'gateway-2']);
  pablo.leave();
});

it('loses nothing when containers are killed, and everybody goes on, at a browser too', async () => {
  const visitor = await browser.visitor(compose.url, { expected: [...GATEWAY_AWAY, /status of 504/] });
  const tab = new Tab(await visitor.context.newPage());
  const gateways = gatewaysOf(tab.page);
  await tab.page.goto('/');
  await tab.button('Mary').click();
  await until(() => gateways.length === 1, 'a connection', 60_000);
  const said = await whileTheyTalk(compose.url, 'through kills', async (more) => {
    await more(20);
    const [messages = ''] = await compose.containers('messages');
    await run('docker', ['kill', messages]);
    await more(40);
    await compose.call('kill', `gateway-${gateways[0]}`);
    await tab.say('Is anybody there?');
    await tab.sees('Is anybody there?');
    await more(60);
  });
  expect(gateways.at(-1)).not.toBe(gateways[0]);
  await tab.sees(said.at(-1) ?? '');
  const shown = (await tab.texts()).filter((text) => said.includes(text));
  expect(shown).toEqual(said.slice(-shown.length));
  await browser.clear();
  await compose.up();
});

it('is upgraded one container after the other, and loses nothing', async () => {
  const before = new Set(await compose.containers());
  await compose.retag('next');
  await whileTheyTalk(compose.url, 'through an upgrade', () => run('sh', ['deploy/upgrade.sh'], compose.env));
  for (const [service, count] of Object.entries(PER_SERVICE)) {
    const containers = await compose.containers(service);
    expect([service, containers.length]).toEqual([service, count]);
    const isNew = containers.map((container) => !before.has(container));
    expect([service, ...isNew]).toEqual([service, ...isNew.map(() => !['redis', 'nginx'].includes(service))]);
  }
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

it('ends by itself when it is asked to', async () => {
  const containers = await compose.containers();
  await compose.call('stop');
  for (const container of containers) {
    const ended = await run('docker', ['inspect', '-f', '{{.Name}} {{.State.ExitCode}}', container]);
    expect(ended.trim()).toMatch(/ 0$/);
  }
  await compose.up();
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

it('ends TLS with its profile, sends plain HTTP there, and is no other host', async () => {
  const { https, http, certificate } = await compose.startTls();
  const ask = (path: string, options: RequestOptions = {}, body?: object) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const type = body && { 'content-type': 'application/json' };
      const headers = { ...type, ...options.headers };
      // The host that is asked, whatever the header says: Node.js would check the certificate against that.
      const tls = { ca: certificate, servername: 'localhost' };
      const call = request(`https://localhost:${https}${path}`, { ...tls, ...options, headers }, resolve);
      call.on('error', reject).end(body && JSON.stringify(body));
    });
  const isUp = () =>
    ask('/health/ready').then(
      ({ statusCode }) => statusCode === 200,
      () => false,
    );
  await until(isUp, 'TLS', 60_000);

  const page = await ask('/');
  expect([page.statusCode, page.headers['strict-transport-security']]).toEqual([200, 'max-age=31536000']);
  const origin = `https://localhost:${https}`;
  const pablo = { username: 'Pablo', password: 'password123' };
  const forged = { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' };
  const signedIn = await ask('/api/session', { method: 'POST', headers: { origin, ...forged } }, pablo);
  expect([signedIn.statusCode, signedIn.headers['set-cookie']?.[0]]).toEqual([
    200,
    expect.stringMatching(/^__Host-.*; Secure;/),
  ]);
  expect((await ask('/api/session', { headers: { host: 'evil.example' } })).statusCode).toBe(421);
  const foreign = await ask('/api/session', { method: 'POST', headers: { origin: 'https://localhost' } }, pablo);
  expect(foreign.statusCode).toBe(403);

  const plain = (port: number) => fetch(`http://127.0.0.1:${port}/chat/0?x=%2F`, { redirect: 'manual' });
  for (const port of [http, https]) {
    const moved = await plain(port);
    expect([moved.status, moved.headers.get('location')]).toEqual([308, `${origin}/chat/0?x=%2F`]);
  }
  for (const version of ['TLSv1', 'TLSv1.1'] as const)
    await expect(ask('/', { minVersion: version, maxVersion: version })).rejects.toThrow();
  const [tls = ''] = await compose.containers('tls');
  const [{ Config, HostConfig }] = JSON.parse(await run('docker', ['inspect', tls]));
  expect([Config.User, HostConfig.ReadonlyRootfs]).toEqual(['www-data', true]);
});

it('runs in a single container too', async () => {
  const { GenericContainer, Network, Wait } = await import('testcontainers');
  const network = await new Network().start();
  const redis = await new GenericContainer('redis:8-bookworm')
    .withNetwork(network)
    .withNetworkAliases('redis')
    .withCommand(['redis-server', '--bind', '0.0.0.0', '--protected-mode', 'no'])
    .start();
  const chat = await new GenericContainer(IMAGE)
    .withNetwork(network)
    .withEnvironment({
      REDIS_ENDPOINT_URL: 'redis:6379',
      SESSION_SECRET: 'a secret for tests only',
      SEAL_SECRET: 'another secret for tests only',
      REGISTRATION: 'open',
      PORT: '8080',
    })
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHealthCheck())
    .start();
  try {
    const url = `http://${chat.getHost()}:${chat.getMappedPort(8080)}`;
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
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
