import { PROTOCOL_VERSION, type Presence } from '@app/contracts';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import type { Socket } from 'socket.io-client';

const NEWS_MS = 400;

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let joe: Person;

beforeAll(async () => {
  redis = await startRedis();
  const env = { PRESENCE_NEWS_MS: String(NEWS_MS), SOCKET_BUFFER_BYTES: '65536', SOCKET_BUFFER_PACKETS: '64' };
  cluster = await Cluster.start({ redis, env });
  pablo = await Person.signIn(cluster.gateway(0).url, 'Pablo');
  joe = await Person.signIn(cluster.gateway(1).url, 'Joe');
});
afterEach(() => {
  for (const person of [pablo, joe]) person.leave();
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

it('a crowd that comes at once costs each other socket a bounded number of events', async () => {
  const people = await Promise.all(
    Array.from({ length: 40 }, (_, i) => Person.register(cluster.gateway(i % 2).url, `Fan ${i}`)),
  );
  const ears = await pablo.connect({ auth: { protocol: PROTOCOL_VERSION } });
  const heard = () => new Map((ears.of('presence').flat() as Presence[]).map(({ id, online }) => [id, online]));
  const began = performance.now();
  await Promise.all(people.map((person) => person.connect()));
  await until(() => people.every(({ id }) => heard().get(id) === true), 'all of them online');
  const windows = (performance.now() - began) / NEWS_MS;
  expect(ears.of('presence').length).toBeLessThanOrEqual(windows + 2);
  expect(ears.of('user.connected')).toEqual([]);
  for (const person of people) person.leave();
  await until(() => people.every(({ id }) => heard().get(id) === false), 'all of them gone');
});

it('a client that does not read is closed, and what it missed is there when it comes back', async () => {
  const [slow, fast] = [await pablo.connect(), await joe.connect()];
  const told = new Promise((resolve) => slow.socket.once('disconnect', (_reason, details) => resolve(details)));
  const readOn = stopReading(slow.socket);
  const text = 'x'.repeat(3500);
  let sent = 0;
  const closed = until(
    () => cluster.gateway(0).logs.includes('socket reads too slowly, closed'),
    'it to be closed',
    60_000,
  );
  let reading = false;
  const readAgain = closed.then(() => {
    readOn();
    reading = true;
  });
  while (!reading) await Promise.all(Array.from({ length: 50 }, () => fast.say('0', `${++sent} ${text}`)));
  await readAgain;
  expect(await told).toMatchObject({ context: { code: 4008, reason: 'too slow' } });
  await until(() => slow.of('hello').length === 2, 'connected again');
  await fast.say('0', 'welcome back');
  await slow.hears('welcome back');
  expect(fast.texts()).toHaveLength(sent + 1);
  const { messages } = (await pablo.get('/api/rooms/0/messages?limit=200')).body;
  expect(messages.map(({ message }: { message: string }) => message)).toEqual(fast.texts().slice(-messages.length));
  expect(messages.length).toBeGreaterThan(50);
});

it('two hundred that never read are closed before they cost the gateway memory', async () => {
  const gateway = cluster.gateway(0);
  const fast = await joe.connect();
  const slow = await Promise.all(Array.from({ length: 200 }, () => pablo.connect({ reconnection: false })));
  const closedBefore = gateway.logs.split('socket reads too slowly, closed').length;
  for (const { socket } of slow) stopReading(socket);
  const before = gateway.residentMiB;
  let most = before;
  const text = 'x'.repeat(3500);
  for (let sent = 0; gateway.logs.split('socket reads too slowly, closed').length - closedBefore < slow.length; ) {
    await Promise.all(Array.from({ length: 20 }, () => fast.say('0', `${++sent} ${text}`)));
    most = Math.max(most, gateway.residentMiB);
  }
  expect(most - before).toBeLessThan(150);
});

/** Leaves what arrives where it is, as a client that hangs does. @returns goes on reading */
function stopReading(socket: Socket): () => void {
  const { ws } = socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } };
  ws._socket.pause();
  return () => ws._socket.resume();
}

it('a stopping gateway sends its clients elsewhere and loses nothing', async () => {
  const stopping = await cluster.spawn('gateway', { DRAIN_MS: '2000', PRESENCE_GRACE_MS: '5000' });
  const b = await joe.connect();
  const tabs = await Promise.all(
    Array.from({ length: 10 }, () => pablo.at(stopping.url).connect({ reconnection: false })),
  );
  const elsewhere: Promise<Ears>[] = [];
  const sentAway: number[] = [];
  for (const tab of tabs) {
    tab.socket.on('disconnect', () => {
      sentAway.push(performance.now());
      elsewhere.push(pablo.connect());
    });
  }
  const acknowledged: string[] = [];
  const talk = async (tab: Ears, name: number) => {
    for (let i = 0; tab.socket.connected; i++) {
      const text = `tab ${name} line ${i}`;
      const clientId = `drain-${name}-${i}`;
      const answer = await Promise.race([
        tab.call('message', { roomId: '0', message: text, clientId }),
        new Promise<undefined>((resolve) => tab.socket.once('disconnect', () => resolve(undefined))),
      ]);
      if (answer?.ok) acknowledged.push(text);
    }
  };
  const talking = tabs.map(talk);
  await b.hears('tab 0 line 5');
  const readiness = () => fetch(`${stopping.url}/health/ready`).then(({ status }) => status);
  expect(await readiness()).toBe(200);
  const ended = stopping.end('SIGTERM');
  await until(async () => (await readiness()) === 503, 'it to be unready');
  await ended;
  await Promise.all(talking);
  expect(elsewhere).toHaveLength(tabs.length);
  expect(Math.max(...sentAway) - Math.min(...sentAway)).toBeGreaterThan(300);
  await Promise.all(elsewhere);
  await b.say('0', 'everybody here?');
  await b.hears('everybody here?');
  const heard = new Set(b.texts('0'));
  expect(acknowledged.filter((text) => !heard.has(text))).toEqual([]);
  expect(b.of('user.disconnected')).toEqual([]);
});
