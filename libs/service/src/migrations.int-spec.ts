import { keys, type Redis } from '@app/redis';
import { startRedis, type TestRedis } from '@app/testing';
import pino from 'pino';
import { MIGRATIONS, type Migration, migrate, NewerDataError } from './migrations';

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

describe('to names that are compared by their looks', () => {
  const register = (usernames: string[]) =>
    Promise.all(
      usernames.map(async (username) => {
        const id = String(await redis.incr(keys.totalUsers));
        await redis.hset(keys.user(id), 'username', username, 'password', 'hash');
        await redis.set(keys.username(username), keys.user(id));
        return id;
      }),
    );

  it('leaves everybody as they are, lists who looks alike by id, and may be repeated', async () => {
    const people = Array.from({ length: 1200 }, (_, i) => `Person ${i}`.replaceAll('1', 'x').replaceAll('0', 'y'));
    await register([...new Set(people), 'Victoria', 'victoria', 'Vіctoria', 'Ann  1', 'Ann 1']);
    const before = await redis.keys('user*');
    const lines: string[] = [];
    const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) });
    await migrate(redis, logger, LEASE_MS, MIGRATIONS);
    expect((await redis.keys('user*')).sort()).toEqual(before.sort());
    const ids = Object.fromEntries(
      await Promise.all(
        ['Victoria', 'victoria', 'Vіctoria', 'Ann  1', 'Ann 1'].map(async (name) => [
          name,
          (await redis.get(keys.username(name)))?.slice('user:'.length),
        ]),
      ),
    );
    const told = lines.map((line) => JSON.parse(line)).map(({ userId, others }) => [userId, ...others].sort());
    expect(told).toContainEqual([ids['Ann  1'], ids['Ann 1']].sort());
    expect(told.flat()).toEqual(expect.arrayContaining(Object.values(ids)));
    expect(new Set(told.flat()).size).toBe(5);
    expect(lines.join()).not.toMatch(/ictoria|Ann/);
    const index = await redis.hgetall(keys.names);
    await redis.set(keys.schema, 1);
    await redis.del(keys.namesListed);
    await migrate(redis, log, LEASE_MS, MIGRATIONS);
    expect(await redis.hgetall(keys.names)).toEqual(index);
    expect(Object.keys(index).length).toBeGreaterThan(2000);
  });
});

it('refuse data that are newer than the program', async () => {
  await redis.set(keys.schema, 9);
  await expect(migrate(redis, log, LEASE_MS, [counting(2)])).rejects.toThrow(NewerDataError);
});
