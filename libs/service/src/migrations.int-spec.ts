import { keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis } from '@app/testing';
import pino from 'pino';
import { type Migration, migrate, NewerDataError } from './migrations';

const LEASE_MS = 10_000;
const log = pino({ level: 'silent' });
let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect();
});
beforeEach(() => redis.flushall());
afterAll(() => server?.stop());

const counting = (version: number): Migration => ({
  version,
  about: `to ${version}`,
  run: async (connection) => {
    await connection.rpush('runs', version);
  },
});

it('are run once and in order, by one of many processes that start at once', async () => {
  const connections = await Promise.all(Array.from({ length: 5 }, () => server.connect()));
  await Promise.all(connections.map((each) => migrate(each, log, LEASE_MS, [counting(2), counting(3)])));
  await migrate(redis, log, LEASE_MS, [counting(2), counting(3)]);
  expect(await redis.lrange('runs', 0, -1)).toEqual(['2', '3']);
  await migrate(redis, log, LEASE_MS, [counting(2), counting(3), counting(4)]);
  expect(await redis.lrange('runs', 0, -1)).toEqual(['2', '3', '4']);
  expect(await redis.get(keys.schema)).toBe('4');
});

it('are tried again after a failure, those before them are not', async () => {
  let failures = 0;
  const failing: Migration = {
    ...counting(3),
    run: async (connection) => {
      failures += 1;
      if (failures < 3) throw new Error('not yet');
      await connection.rpush('runs', 3);
    },
  };
  await migrate(redis, log, LEASE_MS, [counting(2), failing]);
  expect(await redis.lrange('runs', 0, -1)).toEqual(['2', '3']);
});

it('are taken up by another process when the one at it died', async () => {
  await redis.set(keys.schemaLease, 'a dead process', 'PX', 500);
  await migrate(redis, log, LEASE_MS, [counting(2)]);
  expect(await redis.lrange('runs', 0, -1)).toEqual(['2']);
});

it('refuse data that are newer than the program', async () => {
  await redis.set(keys.schema, 9);
  await expect(migrate(redis, log, LEASE_MS, [counting(2)])).rejects.toThrow(NewerDataError);
});
