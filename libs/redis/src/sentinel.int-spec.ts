import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, until } from '@app/testing';
import { Redis } from 'ioredis';
import { Process } from '../../../scripts/lib/process.mjs';
import { startRedisProcess } from '../../../scripts/lib/redis/redis-process.mjs';
import { connectRedis, whenReady } from './connection';
import { parseEndpoint } from './endpoint';

const folder = mkdtempSync(join(tmpdir(), 'redis-chat-sentinel-'));
const processes: Process[] = [];
const connections: Redis[] = [];

async function start(port: number, ...args: string[]): Promise<void> {
  processes.push(await startRedisProcess({ port, folder, args: ['--save', '', ...args] }));
}
function connect(port: number): Redis {
  const redis = new Redis({ port, host: '127.0.0.1' });
  redis.on('error', () => undefined);
  connections.push(redis);
  return redis;
}
afterAll(() => {
  for (const redis of connections) redis.disconnect();
  for (const process of processes) process.signal('SIGKILL');
  rmSync(folder, { recursive: true });
});

// Needs processes that know each other's addresses, so no containers: `npm test` leaves it out, and says so, where there is
// no redis-server and none can be installed.
it('a connection by way of a Sentinel follows the master to where it goes', async () => {
  const [first, second, sentinel] = [await freePort(), await freePort(), await freePort()];
  await start(first);
  await start(second, '--replicaof', '127.0.0.1', `${first}`);
  const replica = connect(second);
  const isLinked = async () => /master_link_status:up/.test(await replica.info('replication'));
  await until(() => isLinked().catch(() => false), 'the replica');
  const conf = join(folder, 'sentinel.conf');
  writeFileSync(conf, `port ${sentinel}\nsentinel monitor chat 127.0.0.1 ${first} 1\n`);
  processes.push(new Process('a sentinel', spawn('redis-server', [conf, '--sentinel'], { cwd: folder })));
  const watch = connect(sentinel);
  const knowsReplica = async () => ((await watch.call('SENTINEL', 'REPLICAS', 'chat')) as unknown[]).length === 1;
  await until(() => knowsReplica().catch(() => false), 'the sentinel to know the replica', 30_000);

  const redis = connectRedis(parseEndpoint(`redis+sentinel://127.0.0.1:${sentinel}/chat`), 'commands', 'test');
  connections.push(redis);
  await whenReady(redis);
  await redis.set('said', 'before');
  await until(async () => (await replica.get('said')) === 'before', 'the replica to have it');
  const isBegun = () =>
    watch.call('SENTINEL', 'FAILOVER', 'chat').then(
      () => true,
      () => false,
    );
  await until(isBegun, 'the sentinel to find the replica fit', 30_000);
  const isThere = async () =>
    (await redis.info('server')).includes(`tcp_port:${second}`) && !!(await redis.set('said', 'after'));
  await until(() => isThere().catch(() => false), 'the connection to have followed', 60_000);
  // A failover closes the connections of who is promoted.
  expect(await connect(second).get('said')).toBe('after');
});
