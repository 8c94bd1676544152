import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { ServiceProcess, startRedis, type TestRedis } from '@app/testing';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis?.stop());

/** What a process says that ends at once with 1. */
async function lastWords(name: string, env: Record<string, string>): Promise<string> {
  const started = ServiceProcess.start(name, { REDIS_ENDPOINT_URL: redis.url, LOG_LEVEL: 'silent', ...env });
  const error = await started.then(
    (service) => service.end().then(() => undefined),
    (reason: Error) => reason,
  );
  const [, output] = /^\w+ ended with 1: (.*)$/s.exec(error?.message ?? '') ?? [];
  return output ?? 'it started';
}

it('a bad configuration is one line that names it', async () => {
  const production = { NODE_ENV: 'production' };
  expect(await lastWords('gateway', production)).toBe('Bad configuration: SESSION_SECRET is required in production\n');
  expect(await lastWords('gateway', { ...production, SESSION_SECRET: 'short' })).toBe(
    'Bad configuration: SESSION_SECRET must be at least 16 characters\n',
  );
  const signing = { ...production, SESSION_SECRET: 'a secret for tests only' };
  for (const name of ['gateway', 'auth'])
    expect(await lastWords(name, signing)).toBe('Bad configuration: SEAL_SECRET is required in production\n');
  expect(await lastWords('gateway', { ...signing, SEAL_SECRET: 'short' })).toBe(
    'Bad configuration: SEAL_SECRET must be at least 16 characters\n',
  );
  expect(await lastWords('messages', { NODE_ENV: 'Production' })).toBe(
    'Bad configuration: NODE_ENV must be development, production or test\n',
  );
  expect(await lastWords('auth', { NODE_ENV: 'production\r' })).toBe(
    'Bad configuration: NODE_ENV must neither begin nor end with a space, nor hold a line break or control character\n',
  );
  expect(await lastWords('gateway', { TRUST_PROXY: 'the one in front' })).toBe(
    'Bad configuration: TRUST_PROXY must be true, false, a number of proxies, or names and ranges of addresses (loopback, 10.0.0.0/8)\n',
  );
  expect(await lastWords('gateway', { PUBLIC_URL: 'https://chat.example/chat' })).toBe(
    'Bad configuration: PUBLIC_URL must not have a path (https://chat.example, with a port where it is not the usual one)\n',
  );
  expect(await lastWords('gateway', { ALLOWED_ORIGINS: 'https://a.example, *' })).toBe(
    'Bad configuration: ALLOWED_ORIGINS entry 2 must not be a wildcard; name each origin (https://chat.example, with a port where it is not the usual one)\n',
  );
  expect(await lastWords('messages', { MAX_MESSAGE_LENGTH: 'many' })).toBe(
    'Bad configuration: MAX_MESSAGE_LENGTH must be a whole number\n',
  );
  expect(await lastWords('rooms', { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' })).toBe(
    'Bad configuration: OTEL_EXPORTER_OTLP_ENDPOINT must be the address of a collector, like http://collector:4318\n',
  );
  expect(await lastWords('auth', { BCRYPT_ROUNDS: '3' })).toBe('Bad configuration: BCRYPT_ROUNDS must be at least 4\n');
  expect(await lastWords('rooms', { REDIS_ENDPOINT_URL: 'http://user:s3cret@x' })).toBe(
    'Bad configuration: REDIS_ENDPOINT_URL must be host:port, redis://…, rediss://…, redis+sentinel://… or redis+cluster://…\n',
  );
});

it('so is a port in use', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const words = await lastWords('auth', { PORT: String(port), DEMO_DATA: 'false' });
  taken.close();
  expect(words).toMatch(/^auth could not start: .*EADDRINUSE.*\n$/);
});

it('so is a Redis that would evict', async () => {
  const evicting = await startRedis({ args: ['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru'] });
  const words = await lastWords('rooms', { REDIS_ENDPOINT_URL: evicting.url });
  expect(words).toMatch(/^Redis must run with maxmemory-policy noeviction; [^\n]*\n$/);
  await evicting.stop();
});

it('so is a program older than the data', async () => {
  const newer = await startRedis();
  await (await newer.connect()).set('schema', 99);
  const words = await lastWords('rooms', { REDIS_ENDPOINT_URL: newer.url });
  expect(words).toMatch(/^rooms could not start: The data are of version 99, newer than the \d+ [^\n]*\n$/);
  await newer.stop();
});
