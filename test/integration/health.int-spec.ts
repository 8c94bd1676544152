import { REDIS_USERS } from '@app/redis';
import { Cluster, freePort, startRedis, type TestRedis, until } from '@app/testing';

let redis: TestRedis;
let cluster: Cluster;

beforeAll(async () => {
  redis = await startRedis();
  cluster = await Cluster.start({ redis, gateways: 1, env: { NODE_ENV: 'production' } });
});
afterAll(async () => {
  await cluster?.stop();
  await redis?.stop();
});

describe('health', () => {
  it.each(REDIS_USERS)('of %s is told', async (name) => {
    const service = [...cluster.gateways, ...cluster.workers].find((process) => process.name === name);
    for (const path of ['/health/live', '/health/ready']) {
      const response = await fetch(`${service?.url}${path}`);
      expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    }
  });
});

describe('metrics', () => {
  it.each(REDIS_USERS)('of %s are told to nobody on the port of all else', async (name) => {
    const service = [...cluster.gateways, ...cluster.workers].find((process) => process.name === name);
    for (const path of ['/metrics', '/metrics/', '/METRICS', '//metrics', '/metrics?x', '/%6detrics', '/api/metrics']) {
      const response = await fetch(`${service?.url}${path}`);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.text()).not.toContain('process_cpu');
    }
  });

  it('are told on a port of their own', async () => {
    const port = await freePort();
    const gateway = await cluster.spawn('gateway', { METRICS_PORT: String(port) });
    expect((await fetch(`${gateway.url}/metrics`)).status).toBe(404);
    expect(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()).toContain('chat_connections');
    await gateway.end();
  });
});

describe('what is missing', () => {
  it('is told to nobody but on the port of the metrics', async () => {
    const port = await freePort();
    const away = await startRedis();
    const there = { REDIS_ENDPOINT_URL: away.url };
    // Who migrates the data, for which a gateway waits.
    const auth = await cluster.spawn('auth', there);
    const gateway = await cluster.spawn('gateway', { METRICS_PORT: String(port), ...there });
    const inside = async () => (await fetch(`http://127.0.0.1:${port}/health/ready`)).json();
    expect(await inside()).toEqual({ status: 'ok' });
    await away.stop();
    await until(async () => (await inside()).missing?.includes('redis'), 'Redis to be missed');
    const outside = await fetch(`${gateway.url}/health/ready`);
    expect([outside.status, await outside.json()]).toEqual([503, { status: 'unavailable' }]);
    await Promise.all([gateway.end(), auth.end()]);
  });
});
