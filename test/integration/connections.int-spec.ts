import { connect } from 'node:net';
import { Cluster, type Ears, Person, startRedis, type TestRedis, until } from '@app/testing';
import { RawSocket } from './raw-engine';

const JOIN = '40{"protocol":1}';

let redis: TestRedis;
let cluster: Cluster;
let pablo: Person;
let ears: Ears;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1 });
  pablo = await Person.signIn(url(), 'Pablo');
  ears = await pablo.connect({ reconnection: false });
});
/** Whoever was refused: the connections of others are open. */
afterEach(() => ears.say('0', 'still here'));
afterAll(async () => {
  pablo?.leave();
  await cluster?.stop();
  await redis?.stop();
});

const url = () => cluster.gateway(0).url;
const somebody = () => Person.signIn(url(), 'Joe');
const cookie = (person: Person) => ({ cookie: person.cookie });

describe('connections', () => {
  const LIMITED = { code: 'rate_limited', message: expect.any(String), retryAfterMs: expect.any(Number) };
  const small = (env: Record<string, string>) =>
    cluster.spawn('gateway', { CONNECTIONS_PER_USER: '3', CONNECTIONS_PER_ADDRESS: '5', ...env });
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const polling = (at: string, headers: Record<string, string>) =>
    fetch(`${at}/socket.io/?EIO=4&transport=polling`, { headers });
  const EIGHT = Array.from({ length: 8 });

  it('of a user are limited, over all sessions and addresses, and those that end make room', async () => {
    const gateway = await small({});
    const headers = [cookie(await somebody()), cookie(await somebody())];
    const open = await Promise.all(
      [0, 1, 0].map((i, n) => RawSocket.open(gateway.url, { ...headers[i], ...from(`10.0.0.${n}`) })),
    );
    for (const own of headers) {
      expect(await RawSocket.refused(gateway.url, own)).toEqual({ status: 429, body: LIMITED });
      const answer = await polling(gateway.url, own);
      expect([answer.status, await answer.json()]).toEqual([429, LIMITED]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    (await RawSocket.open(gateway.url, cookie(await Person.signIn(url(), 'Mary')))).socket.close();
    open[0]?.socket.close();
    await open[0]?.closed();
    const again = () =>
      RawSocket.open(gateway.url, headers[1] ?? {}).then(
        () => true,
        () => false,
      );
    await until(again, 'room for one more');
    await until(() => gateway.logs.includes('connection.limited'), 'the security log');
    await gateway.end();
  });

  it('that come in one moment are no more', async () => {
    const gateway = await small({});
    const headers = cookie(await somebody());
    const opened = await Promise.all(
      EIGHT.map(() =>
        RawSocket.open(gateway.url, headers).then(
          (raw) => raw,
          () => undefined,
        ),
      ),
    );
    await until(() => opened.filter((raw) => raw?.isOpen).length <= 3, 'three of them');
    await gateway.end();
  });

  it('of a user are limited over all gateways, those of one that died until it is reaped', async () => {
    const env = { PRESENCE_HEARTBEAT_MS: '200', PRESENCE_LEASE_MS: '1000' };
    const [one, two] = await Promise.all([small(env), small(env)]);
    const headers = cookie(await Person.register(url(), 'Guest of many'));
    const open = async ({ url: at }: { url: string }) => RawSocket.open(at, headers);
    const isRefused = async (gateway: { url: string }) => {
      const raw = (await open(gateway)).send(JOIN);
      const answer = await raw.hears('4');
      raw.socket.close();
      if (answer.startsWith('40')) return false;
      expect(JSON.parse(answer.slice(2))).toEqual({ message: 'rate_limited', data: LIMITED });
      return true;
    };
    await (await open(one)).join();
    await (await open(one)).join();
    const third = await (await open(two)).join();
    await until(() => isRefused(one), 'a refusal by the first');
    await until(() => isRefused(two), 'a refusal by the second');
    expect(one.logs + two.logs).toMatch(/"event":"connection.limited".*"reason":"connections of a user"/);
    third.socket.close();
    await until(async () => !(await isRefused(two)), 'room for one more');
    await one.end('SIGKILL');
    await until(async () => {
      const raw = await Promise.all([open(two), open(two), open(two)]);
      for (const each of raw) each.send(JOIN);
      const answers = await Promise.all(raw.map((each) => each.hears('4')));
      for (const each of raw) each.socket.close();
      return answers.every((answer) => answer.startsWith('40'));
    }, 'room for three');
    await two.end();
  });

  it('of a user that come to two gateways in one moment are no more', async () => {
    const gateways = await Promise.all([small({}), small({})]);
    const headers = cookie(await Person.register(url(), 'Guest at once'));
    const opened = await Promise.all([0, 1, 0, 1, 0, 1].map((i) => RawSocket.open(gateways[i]?.url ?? '', headers)));
    for (const raw of opened) raw.send(JOIN);
    await until(() => opened.filter((raw) => raw.isOpen).length <= 3, 'three of them');
    await Promise.all(gateways.map((gateway) => gateway.end()));
  });

  it('of an address are limited, however it is spelled, and no other', async () => {
    const gateway = await small({ CONNECT_TIMEOUT_MS: '60000' });
    const spelled = ['2001:db8::1', '2001:DB8:0:0::2', '2001:db8::3', '2001:0db8::ffff:1', '[2001:db8::5]:80'];
    for (const address of spelled) await RawSocket.open(gateway.url, from(address));
    expect((await polling(gateway.url, from('2001:db8::77'))).status).toBe(429);
    expect((await polling(gateway.url, from('2001:db8:0:1::1'))).status).toBe(200);
    await gateway.end();
  });

  it('may not be opened again and again: by a user, or by who has no session', async () => {
    const gateway = await small({ HANDSHAKES_PER_WINDOW: '4', REQUESTS_WINDOW_MS: '600000' });
    const joe = cookie(await somebody());
    for (const headers of [from('10.0.0.1'), { ...joe, ...from('10.0.0.1') }]) {
      for (let i = 0; i < 4; i++) {
        const raw = await RawSocket.open(gateway.url, headers);
        raw.socket.close();
        await raw.closed();
      }
      expect((await RawSocket.refused(gateway.url, headers)).status).toBe(429);
    }
    expect((await polling(gateway.url, from('10.0.0.2'))).status).toBe(200);
    await gateway.end();
  });

  it('of TCP are limited where no proxy stands between', async () => {
    const gateway = await small({ TRUST_PROXY: 'false' });
    const sockets = await Promise.all(EIGHT.map(async () => connect({ port: gateway.port, host: '127.0.0.1' })));
    const heard = sockets.map((socket) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', () => undefined);
      return () => text;
    });
    await until(() => heard.filter((text) => text().startsWith('HTTP/1.1 429 ')).length === 3, 'three refused');
    for (const socket of sockets) socket.destroy();
    await until(() => fetch(`${gateway.url}/health/live`).then(({ ok }) => ok), 'room again');
    await gateway.end();
  });
});
