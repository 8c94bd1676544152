import { RedisSentinels, until } from '@app/testing';
import type { Redis } from 'ioredis';
import { connectRedis, whenReady } from './connection';

// Needs processes that know each other's addresses, so no containers: `npm test` leaves it out, and says so, where there is
// no redis-server and none can be installed.
describe('a connection by way of Sentinels', () => {
  let watched: RedisSentinels;
  let redis: Redis;
  beforeAll(async () => {
    watched = await RedisSentinels.start();
    redis = connectRedis(watched.endpoint, 'commands', 'test');
    await whenReady(redis);
  });
  afterAll(async () => {
    redis?.disconnect();
    await watched?.remove();
  });

  it('follows the master to where it goes, asked to or as it dies', async () => {
    for (const how of ['asked', 'dies']) {
      const master = await watched.master();
      const other = watched.servers.find((server) => server !== master);
      await redis.set('said', how);
      expect(await redis.wait(1, 5000)).toBe(1);
      if (how === 'dies') await watched.kill(master);
      else await until(() => watched.failOver(), 'a failover to begin', 30_000);
      const isThere = async () => (await redis.info('server')).includes(`tcp_port:${other?.port}`);
      await until(() => isThere().catch(() => false), 'the connection to have followed', 60_000);
      expect(await redis.get('said')).toBe(how);
      const takesWrites = () => redis.set('said', 'after').then(Boolean, () => false);
      await until(takesWrites, 'the new master to take writes', 30_000);
      if (how === 'asked') await watched.serving();
    }
  });
});
