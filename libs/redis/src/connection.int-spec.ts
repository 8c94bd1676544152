import { startRedis, type TestRedis, until } from '@app/testing';
import { connectRedis } from './connection';

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server?.stop());

it('connects again within a second of the end of an outage, however long that was', async () => {
  const redis = await server.connect();
  const pauses: number[] = [];
  redis.on('reconnecting', (pause: number) => pauses.push(pause));
  await server.kill();
  await until(() => pauses.length > 8, 'attempts enough for the longest pause', 20_000);
  expect(Math.max(...pauses.slice(0, 2))).toBeLessThanOrEqual(200);
  expect(Math.min(...pauses.slice(5))).toBeGreaterThanOrEqual(500);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(1000);
  await server.restart();
  await until(() => redis.status === 'ready', 'the connection');
  expect(await redis.ping()).toBe('PONG');
});

it('never goes on in another database than the one it was told', async () => {
  const redis = connectRedis({ ...server.endpoint, db: 99 }, 'commands', 'test');
  const errors: string[] = [];
  redis.on('error', ({ message }: Error) => errors.push(message));
  await until(() => errors.filter((message) => /DB index is out of range/.test(message)).length > 1, 'refusals');
  expect(redis.status).not.toBe('ready');
  await expect(redis.set('a', 'b')).rejects.toThrow();
  redis.disconnect();
  expect(await (await server.connect()).exists('a')).toBe(0);
});
