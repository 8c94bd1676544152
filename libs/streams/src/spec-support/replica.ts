import { setTimeout as pause } from 'node:timers/promises';
import { connectRedis, type RedisEndpoint, whenReady } from '@app/redis';
import type { BatchRequest } from '../batch-pattern';
import type { StreamsLimits } from '../limits';
import { StreamsServer } from '../server';
import type { WorkContext } from '../work-context';

/** How specs talk to a replica that is a process of its own. */
export interface ReplicaOrder {
  endpoint: RedisEndpoint;
  limits: Partial<StreamsLimits>;
  /** How wrong its clock is. */
  clockOffMs: number;
  /** It takes messages together. */
  isBatched: boolean;
}

const STORE_ONCE = "return redis.call('SADD', KEYS[1], ARGV[1]) == 1 and redis.call('RPUSH', KEYS[2], ARGV[1])";

/**
 * A replica of `messages` to be killed or stopped. It notes what it begins in the list `begun` and what it ends in
 * `ended`, as `{key} {attempts}`. A text `die` ends its process, `wait` waits for the key `go`, `store` adds its key to
 * `stored` once. SIGTERM stops it in order.
 */
async function main({ endpoint, limits, clockOffMs, isBatched }: ReplicaOrder): Promise<void> {
  const now = Date.now;
  Date.now = () => now() + clockOffMs;
  const redis = connectRedis(endpoint, 'commands', 'replica');
  await whenReady(redis);
  const server = new StreamsServer({ service: 'messages', endpoint, limits });
  const handle = async ({ message }: { message: string }, { key, attempts }: WorkContext) => {
    await redis.rpush('begun', `${key} ${attempts}`);
    if (message === 'die') process.kill(process.pid, 'SIGKILL');
    if (message === 'store') await redis.eval(STORE_ONCE, 2, 'seen', 'stored', key);
    while (message === 'wait' && !(await redis.exists('go'))) await pause(20);
    await redis.rpush('ended', `${key} ${attempts}`);
    return { by: process.pid };
  };
  const handleAll = (requests: BatchRequest<{ message: string }>[]) =>
    Promise.all(requests.map(({ data, context }) => handle(data, context)));
  if (isBatched) server.addHandler('messages.append', handleAll, false, { inOrder: true, batch: true });
  else server.addHandler('messages.append', handle);
  server.addHandler('messages.heads', async (_data: object, { key, attempts }: WorkContext) => {
    await redis.rpush('begun', `${key} ${attempts}`);
    return { by: process.pid };
  });
  server.listen(() => undefined);
  process.once('SIGTERM', () => void server.close().then(() => process.exit()));
  while (!server.isReady()) await pause(10);
  process.send?.('ready');
}

void main(JSON.parse(process.argv[2] ?? '') as ReplicaOrder);
