import type { Redis } from '@app/redis';
import type { Metrics } from './metrics';

/** Watches a connection: whether it is there, how often it came back, how long Redis takes to answer. */
export function watchRedisLatency(redis: Redis, metrics: Metrics): void {
  const latency = metrics.histogram('chat_redis_ping_seconds', 'Round trip to Redis');
  const reconnects = metrics.counter('chat_redis_reconnects_total', 'Times that the connection to Redis came back');
  metrics.gauge('chat_redis_up', 'Whether the connection to Redis is there', [], () =>
    redis.status === 'ready' ? 1 : 0,
  );
  let connectedBefore = false;
  redis.on('ready', () => {
    if (connectedBefore) reconnects.inc();
    connectedBefore = true;
  });
  redis.on('probed', (ms: number) => latency.observe(ms / 1000));
}
