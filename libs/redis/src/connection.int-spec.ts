import { startRedis, type TestRedis, until } from '@app/testing';

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
