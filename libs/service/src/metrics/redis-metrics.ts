import { type Redis, serversOf } from '@app/redis';
import type { Metrics } from './metrics';

/**
 * Watches a connection: how often it came back, how long Redis takes to answer.
 * @param isServing whether Redis is there and takes writes
 */
export function watchRedisLatency(redis: Redis, metrics: Metrics, isServing: () => boolean): void {
  const latency = metrics.histogram('chat_redis_ping_seconds', 'Round trip to Redis');
  const reconnects = metrics.counter('chat_redis_reconnects_total', 'Times that the connection to Redis came back');
  metrics.gauge('chat_redis_up', 'Whether Redis is there and takes writes', [], () => (isServing() ? 1 : 0));
  let connectedBefore = false;
  redis.on('ready', () => {
    if (connectedBefore) reconnects.inc();
    connectedBefore = true;
  });
  redis.on('probed', (ms: number) => latency.observe(ms / 1000));
}

/** Watches how full Redis is; of a Cluster the fullest master. */
export function watchRedisMemory(redis: Redis, metrics: Metrics): void {
  const fullest = async () => {
    if (redis.status !== 'ready') return undefined;
    const servers = redis.isCluster ? [...serversOf(redis, 'master').values()] : [redis];
    const infos = await Promise.all(servers.map((server) => server.info('memory'))).catch(() => []);
    return infos.map(readMemory).sort((one, other) => other.used / other.limit - one.used / one.limit)[0];
  };
  const gauge = (name: string, help: string, value: 'used' | 'limit') =>
    metrics.gauge(name, help, [], async () => (await fullest())?.[value] ?? Number.NaN);
  gauge('chat_redis_memory_used_bytes', 'What Redis has in memory', 'used');
  gauge('chat_redis_memory_limit_bytes', "Redis' `maxmemory`, or the memory of its machine", 'limit');
}

function readMemory(info: string): { used: number; limit: number } {
  const field = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  return { used: field('used_memory'), limit: field('maxmemory') || field('total_system_memory') };
}
