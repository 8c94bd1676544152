import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import {
  Cluster,
  freePort,
  PASSWORD_OF_TESTS,
  Person,
  type ServiceProcess,
  startRedis,
  type TestRedis,
  until,
} from '@app/testing';

let redis: TestRedis;
let cluster: Cluster;
const people: Person[] = [];

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, env: { WORK_RETRY_MS: '1', WORK_MAX_DELIVERIES: '2' } });
});
afterAll(async () => {
  for (const person of people) person.leave();
  await cluster?.stop();
  await redis?.stop();
});

// Else a failed spec would make the others wait.
let awake = () => {};
afterEach(() => awake());

/** The samples of a process by name and labels but `service`: `chat_messages_accepted_total{via="socket"}`. */
async function scrape({ url }: { url: string }): Promise<Map<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => {
      const at = line.lastIndexOf(' ');
      const name = line
        .slice(0, at)
        .replace(/service="\w+",?/, '')
        .replace(/,\}$/, '}')
        .replace('{}', '');
      return [name, Number(line.slice(at + 1))];
    }),
  );
}

const APPENDED = 'chat_work_seconds_count{pattern="messages.append",outcome="ok"}';

const worker = (name: string) => cluster.workers.find((each) => each.name === name) as ServiceProcess;
const sum = (scrapes: Map<string, number>[], name: string) =>
  scrapes.reduce((total, samples) => total + (samples.get(name) ?? 0), 0);

it('count what happened, over all gateways and services', async () => {
  const [one, two] = [cluster.gateway(0), cluster.gateway(1)];
  await until(() => worker('auth').logs.includes('demo data filled'), 'the demo data');
  const before = (await scrape(worker('messages'))).get(APPENDED) ?? 0;
  const wrong = await Person.visitor(one.url).post('/api/session', { username: 'Joe', password: 'wrong' });
  expect(wrong.status).toBe(401);
  const [pablo, joe] = [await Person.signIn(one.url, 'Pablo'), await Person.signIn(two.url, 'Joe')];
  const ann = await Person.register(two.url, 'Ann');
  people.push(pablo, joe, ann);
  const [a, b, c] = [await pablo.connect(), await joe.connect(), await ann.connect()];
  for (let i = 0; i < 10; i += 1) await a.say('0', `to all ${i}`);
  await b.say('1:2', 'to Pablo');
  await joe.post('/api/rooms/0/messages', { message: 'by HTTP' });
  expect((await b.call('message', { roomId: '1:3', message: 'no', clientId: 'not-allowed' })).ok).toBe(false);
  for (const ears of [a, b, c]) await ears.hears('by HTTP');
  await a.hears('to Pablo');

  const gateways = await Promise.all([scrape(one), scrape(two)]);
  expect(gateways.map((samples) => samples.get('chat_connections'))).toEqual([1, 2]);
  expect(sum(gateways, 'chat_messages_accepted_total{via="socket"}')).toBe(11);
  expect(sum(gateways, 'chat_messages_accepted_total{via="http"}')).toBe(1);
  expect(sum(gateways, 'chat_messages_refused_total{via="socket",code="forbidden"}')).toBe(1);
  expect(sum(gateways, 'chat_copies_delivered_total')).toBe(11 * 3 + 2);
  expect(sum(gateways, 'chat_ack_seconds_count')).toBe(12);
  expect(sum(gateways, 'chat_relay_seconds_count')).toBe(2 * 12);
  expect(sum(gateways, 'chat_sign_ins_total{kind="sign-in",outcome="ok"}')).toBe(2);
  expect(sum(gateways, 'chat_sign_ins_total{kind="sign-in",outcome="unauthorized"}')).toBe(1);
  expect(sum(gateways, 'chat_sign_ins_total{kind="registration",outcome="ok"}')).toBe(1);
  expect(sum(gateways, 'chat_http_seconds_count{method="POST",route="/api/rooms/:roomId/messages",status="201"}')).toBe(
    1,
  );

  const messages = await scrape(worker('messages'));
  expect(messages.get(APPENDED)).toBe(before + 12);
  expect(messages.get('chat_work_seconds_count{pattern="messages.append",outcome="refused"}')).toBe(1);
  expect(messages.get('chat_work_in_flight{work="messages"}')).toBe(0);
  expect(messages.get('chat_work_queue_length{stream="work:messages"}')).toBe(0);
  expect(messages.get('chat_work_queue_age_seconds{stream="work:messages"}')).toBe(0);
  expect(messages.get('chat_partitions_owned{work="messages"}')).toBe(16);
  expect(messages.get('chat_work_queue_length{stream="work:messages:15"}')).toBe(0);
  for (const ears of [a, b, c]) ears.socket.disconnect();
  await until(async () => sum(await Promise.all([scrape(one), scrape(two)]), 'chat_connections') === 0, 'no sockets');
});

it('show work in flight, work that waits for a replica, and work taken over', async () => {
  const [one, asleep] = [cluster.gateway(0), worker('auth')];
  awake = () => asleep.signal('SIGCONT');
  const slow = await cluster.spawn('auth', { BCRYPT_ROUNDS: '15' });
  asleep.signal('SIGSTOP');
  const bob = { username: 'Bob', password: PASSWORD_OF_TESTS };
  const registered = Person.visitor(one.url).post('/api/users', bob);
  const shows = (process: { url: string }, name: string, value: (n: number) => boolean) =>
    until(async () => value((await scrape(process)).get(name) ?? Number.NaN), name);
  await shows(slow, 'chat_work_in_flight{work="auth"}', (n) => n === 1);

  // Redis may have given it to the one that is asleep: then this one has taken it over already.
  const TAKEN = 'chat_work_taken_over_total{work="auth"}';
  const takenBySlow = (await scrape(slow)).get(TAKEN) ?? 0;

  // No replica is left to tell, so the gateway does.
  await slow.end('SIGKILL');
  expect((await scrape(one)).get('chat_work_queue_length{stream="work:auth"}')).toBe(1);
  await shows(one, 'chat_work_queue_age_seconds{stream="work:auth"}', (n) => n > 1);

  asleep.signal('SIGCONT');
  await shows(one, 'chat_work_queue_length{stream="work:auth"}', (n) => n === 0);
  await shows(asleep, 'chat_work_in_flight{work="auth"}', (n) => n === 0);
  expect(takenBySlow + ((await scrape(asleep)).get(TAKEN) ?? 0)).toBeGreaterThan(0);
  await registered;
  people.push(await Person.signIn(one.url, 'Bob'));
});

it('have a bounded number of labels, and none of them comes from a caller', async () => {
  const one = cluster.gateway(0);
  const visitor = Person.visitor(one.url);
  const labels = async () =>
    [...(await scrape(one)).keys()].filter((name) => name.startsWith('chat_http_seconds_count'));
  const ask = async (mark: string) => {
    for (const path of [`/api/rooms/${mark}/messages`, `/api/${mark}`, `/${mark}`, `/api/users?ids=${mark}`])
      await visitor.get(path);
    await visitor.post(`/api/rooms/${mark}/messages`, { message: mark });
    await visitor.post('/api/session', { username: mark, password: mark });
  };
  await ask('mark-0');
  const before = await labels();
  for (let i = 1; i < 10; i += 1) await ask(`mark-${i}`);
  expect((await labels()).sort()).toEqual(before.sort());
  for (const process of [one, ...cluster.workers])
    expect([...(await scrape(process)).keys()].join()).not.toContain('mark');
});

it('show failures, dead letters and outages of Redis', async () => {
  const one = cluster.gateway(0);
  const pablo = await Person.signIn(one.url, 'Pablo');
  people.push(pablo);
  const ears = await pablo.connect();
  const room = await redis.connect();
  const { id } = await ears.say('1:2', 'x');
  await room.rename('room:1:2', '{room:1:2}:aside');
  await room.set('room:1:2', 'no sorted set');
  expect(await ears.call('message.delete', { id })).toMatchObject({ ok: false });
  await room.rename('{room:1:2}:aside', 'room:1:2');
  const messages = await scrape(worker('messages'));
  expect(messages.get('chat_work_retried_total{work="messages"}')).toBe(1);
  expect(messages.get('chat_work_dead_total{work="messages"}')).toBe(1);
  expect(messages.get('chat_work_dead_letters{stream="work:dead"}')).toBe(1);

  const dead = async (...args: string[]) => {
    const env = { ...process.env, REDIS_ENDPOINT_URL: redis.url };
    return (await promisify(execFile)(process.execPath, ['dist/dead.js', ...args], { env })).stdout;
  };
  expect(await dead('list')).toMatch(/messages\.delete {2}after 2 tries: WRONGTYPE[^\n]*\n1 dead\n$/);
  expect(await dead('retry', 'all')).toBe('1 put back\n');
  await until(async () => (await dead('list')) === '0 dead\n', 'it to be handled');
  expect((await pablo.get(`/api/messages/${id}`)).body).toMatchObject({ message: { message: '' } });

  const scraped = await scrape(one);
  expect(scraped.get('chat_redis_up')).toBe(1);
  const [used = 0, limit = 0] = [
    scraped.get('chat_redis_memory_used_bytes'),
    scraped.get('chat_redis_memory_limit_bytes'),
  ];
  expect([used > 100_000, limit > used]).toEqual([true, true]);
  await room.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await until(async () => (await scrape(one)).get('chat_redis_reconnects_total') === 1, 'the connection to be back');
  await until(async () => ((await scrape(one)).get('chat_redis_ping_seconds_count') ?? 0) > 0, 'a ping');
});

it('are on a port of their own when that is set', async () => {
  const port = await freePort();
  const gateway = await cluster.spawn('gateway', { METRICS_PORT: String(port) });
  expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
  expect((await scrape({ url: `http://127.0.0.1:${port}` })).get('chat_connections')).toBe(0);
  await expect(cluster.spawn('rooms', { METRICS_PORT: String(port) })).rejects.toThrow(
    `Bad configuration: METRICS_PORT ${port} is in use`,
  );
  await gateway.end();
});

it('are those that alerts and dashboards ask for', async () => {
  const scrapes = await Promise.all([cluster.gateway(0), ...cluster.workers].map((process) => scrape(process)));
  const known = new Set(scrapes.flatMap((samples) => [...samples.keys()].map((name) => name.replace(/\{.*/, ''))));
  // What has labels shows once it has happened.
  const metadata = (await (await fetch(`${cluster.gateway(0).url}/metrics`)).text()).matchAll(/^# TYPE (\w+) (\w+)/gm);
  for (const [, name = '', type] of metadata) {
    for (const suffix of type === 'histogram' ? ['_bucket', '_count', '_sum'] : ['']) known.add(name + suffix);
  }
  const files = ['deploy/prometheus/alerts.yml', 'k8s/components/monitoring/dashboards/redis-chat.json'];
  const asked = files.flatMap((file) => readFileSync(file, 'utf8').match(/\b(chat|nodejs|process)_\w+/g) ?? []);
  expect(asked.length).toBeGreaterThan(40);
  expect([...new Set(asked)].filter((name) => !known.has(name))).toEqual([]);
});
