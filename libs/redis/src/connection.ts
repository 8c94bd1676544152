import { isIP } from 'node:net';
import { Redis, type RedisOptions } from 'ioredis';
import { channelsOf } from './channels';
import { ClusterCommands, clusterConnector, serversOf } from './cluster';
import type { RedisEndpoint, RedisNode } from './endpoint';
import { isRedisUnavailable } from './refusals';
import { atEndOfTurn } from './turn';

/**
 * - `commands`: short commands, those of one tick in one write; fail at once while Redis is away
 * - `blocking`: for one loop that blocks in Redis
 * - `subscriber`: who has it subscribes on each `ready`
 */
export type RedisRole = 'commands' | 'blocking' | 'subscriber';

/** A frozen Redis counts as gone after this long without an answer, unless the endpoint says otherwise. */
const TIMEOUT_MS = 5000;
/** Whoever waits for Redis waits no longer than this after it is back. */
const RETRY_MAX_MS = 1000;
/** A server that refuses to be written to is connected to anew no more often. */
const RECONNECT_MS = 5000;
/** An idle connection that is dead is found before somebody needs it. */
const PING_MS = 1000;

const ROLES = {
  commands: (timeoutMs: number) => ({
    enableOfflineQueue: false,
    commandTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  }),
  blocking: () => ({ enableOfflineQueue: false }),
  // ioredis would do it where nobody hears of a refusal, and a rejection that nobody handles ends the process.
  subscriber: () => ({ autoResubscribe: false }),
};

/**
 * Connects, and connects again for ever with back-off (50 ms to 1 s, jittered). In-flight commands of a lost connection
 * are rejected, never sent again: their outcome is unknown and only the caller knows whether repeating is safe.
 * @param name shown by CLIENT LIST
 * @param key on a Cluster: what a `blocking` connection is for
 */
export function connectRedis(endpoint: RedisEndpoint, role: RedisRole, name: string, key?: string): Redis {
  const { tls, verify = true, timeoutMs = TIMEOUT_MS, sentinels, master, nodes, host, port, ...account } = endpoint;
  const options: RedisOptions = {
    ...account,
    ...(sentinels ? { sentinels, name: master, failoverDetector: true } : !nodes && { host, port }),
    // A certificate for an address is checked against the address; as a server's name it is forbidden.
    ...(tls && { tls: { ...(!isIP(host) && { servername: host }), rejectUnauthorized: verify } }),
    connectionName: `${name}:${role}`,
    // Older servers refuse it, and so do users with few rights.
    disableClientInfo: true,
    retryStrategy,
    maxRetriesPerRequest: role === 'subscriber' ? null : 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: timeoutMs,
    keepAlive: 10_000,
    disconnectTimeout: 100,
    // A master that was demoted keeps its connections: ask again who is the master.
    reconnectOnError: nodes ? startsWith('MOVED') : sentinels ? startsWith('READONLY') : onceInAWhile('READONLY'),
    ...ROLES[role](timeoutMs),
  };
  const redis = nodes ? connectCluster(nodes, options, role, key) : new Redis(options);
  if (role === 'commands') gatherWrites(redis);
  // Without a listener an error event would end the process; who cares listens to close and ready.
  redis.on('error', (error: Error & { command?: { name?: string } }) => {
    // ioredis would go on in database 0.
    if (error.command?.name === 'select') redis.disconnect(true);
  });
  if (role === 'commands') keepProbing(redis);
  return redis;
}

/**
 * What is asked for in one turn of the event loop leaves in one write. (ioredis' own pipelines send nothing while the last one is
 * not answered.)
 */
function gatherWrites(redis: Redis): void {
  if (redis.isCluster) redis.on('+node', gatherWrites);
  else redis.on('connect', () => gather(redis.stream));
}

function gather(stream: Redis['stream']): void {
  const write = stream.write.bind(stream) as (...args: unknown[]) => boolean;
  let gathers = false;
  stream.write = (...args: unknown[]) => {
    if (!gathers) {
      gathers = true;
      stream.cork();
      atEndOfTurn(() => {
        gathers = false;
        stream.uncork();
      });
    }
    return write(...args);
  };
}

function startsWith(code: string): (error: Error) => boolean {
  return ({ message }) => message.startsWith(code);
}

/** The name may stand for another server now; where it does not, connecting anew with each refusal would help nobody. */
function onceInAWhile(code: string): (error: Error) => boolean {
  let last = Number.NEGATIVE_INFINITY;
  return ({ message }) => {
    if (!message.startsWith(code) || performance.now() - last < RECONNECT_MS) return false;
    last = performance.now();
    return true;
  };
}

function retryStrategy(attempt: number): number {
  return Math.min(RETRY_MAX_MS, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2);
}

/** Commands go to many nodes, each other role needs one. What is asked of the former, any Redis and a Cluster both have. */
function connectCluster(nodes: readonly RedisNode[], options: RedisOptions, role: RedisRole, key?: string): Redis {
  if (role !== 'commands') return new Redis({ ...options, Connector: clusterConnector(nodes, options, key) });
  const { retryStrategy: _, reconnectOnError: __, replyMapping: ___, ...ofNode } = options;
  return new ClusterCommands(nodes, ofNode, retryStrategy) as unknown as Redis;
}

/** Emits `probed` with the round trip in ms after each answer. */
function keepProbing(redis: Redis): void {
  const pinger = setInterval(() => {
    const began = performance.now();
    for (const server of serversOf(redis).values()) {
      if (server.status !== 'ready') continue;
      server.ping().then(
        () => redis.emit('probed', performance.now() - began),
        () => undefined,
      );
    }
  }, PING_MS).unref();
  redis.once('end', () => clearInterval(pinger));
}

/**
 * Resolves when the connection is ready for commands.
 * @throws the signal's reason when that comes first
 */
export function whenReady(redis: Redis, signal?: AbortSignal): Promise<void> {
  if (redis.status === 'ready') return Promise.resolve();
  return new Promise((resolve, reject) => {
    const onReady = () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    };
    const onAbort = () => {
      redis.off('ready', onReady);
      reject(signal?.reason);
    };
    redis.once('ready', onReady);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/**
 * Refuses a Redis that would throw data away under memory pressure.
 * @throws Error when `maxmemory-policy` is anything but `noeviction`
 */
export async function requireNoEviction(redis: Redis): Promise<void> {
  const checked = await Promise.allSettled([...serversOf(redis).values()].map(requireNoEvictionOf));
  const refused = checked.filter((result) => result.status === 'rejected').map(({ reason }) => reason as Error);
  // A node that is away shall not hide what another one says.
  const first = refused.find((error) => !isRedisUnavailable(error)) ?? refused[0];
  if (first) throw first;
}

async function requireNoEvictionOf(server: Redis): Promise<void> {
  const policy = /maxmemory_policy:(\S+)/.exec(await server.info('memory'))?.[1];
  if (policy && policy !== 'noeviction') {
    throw new Error(`Redis must run with maxmemory-policy noeviction; it runs with ${policy}, which loses messages`);
  }
}

/**
 * Refuses a Redis without sharded pub/sub.
 * @throws Error when it is older than version 7; as any command, when the user may not publish
 */
export async function requireSharded(redis: Redis): Promise<void> {
  try {
    // A room that there is not.
    await redis.spublish(channelsOf(redis).room(''), '');
  } catch (error) {
    if (!/unknown command/i.test(String(error))) throw error;
    throw new Error('Redis must be of version 7 or later for RELAY=sharded; this one has no sharded pub/sub');
  }
}
