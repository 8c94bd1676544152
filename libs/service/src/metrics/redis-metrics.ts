import type { Redis } from '@app/redis';
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
