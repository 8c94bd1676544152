import { Redis } from 'ioredis';
import type { RedisEndpoint } from './endpoint';

/**
 * - `commands`: short commands, those of one tick in one write; fail at once while Redis is away
 * - `blocking`: for one loop that blocks in Redis
 * - `subscriber`: subscribes again by itself
 */
export type RedisRole = 'commands' | 'blocking' | 'subscriber';

/** A frozen Redis counts as gone after this long without an answer. */
const SILENCE_MS = 5000;
/** An idle connection that is dead is found before somebody needs it. */
const PING_MS = 1000;

const ROLES = {
  commands: {
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    commandTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
  },
  blocking: { enableOfflineQueue: false },
  subscriber: { autoResubscribe: true },
} as const;

/**
 * Connects, and connects again for ever with back-off (50 ms to 2 s, jittered). In-flight commands of a lost connection
 * are rejected, never sent again: their outcome is unknown and only the caller knows whether repeating is safe.
 * @param name shown by CLIENT LIST
 */
export function connectRedis(endpoint: RedisEndpoint, role: RedisRole, name: string): Redis {
  const { tls, verify = true, sentinels, master, host, port, ...account } = endpoint;
  const redis = new Redis({
    ...account,
    ...(sentinels ? { sentinels, name: master, failoverDetector: true } : { host, port }),
    ...(tls && { tls: { servername: host, rejectUnauthorized: verify } }),
    connectionName: `${name}:${role}`,
    retryStrategy: (attempt) => Math.min(2000, 50 * 2 ** Math.min(attempt, 6)) * (0.5 + Math.random() / 2),
    maxRetriesPerRequest: role === 'subscriber' ? null : 0,
    autoResendUnfulfilledCommands: false,
    connectTimeout: SILENCE_MS,
    keepAlive: 10_000,
    disconnectTimeout: 100,
    // A master that was demoted keeps its connections: ask again who is the master.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    ...ROLES[role],
  });
  // Without a listener an error event would end the process; who cares listens to close and ready.
  redis.on('error', () => undefined);
  if (role === 'commands') keepProbing(redis);
  return redis;
}

/** Emits `probed` with the round trip in ms after each answer. */
function keepProbing(redis: Redis): void {
  const pinger = setInterval(() => {
    if (redis.status !== 'ready') return;
    const began = performance.now();
    redis.ping().then(
      () => redis.emit('probed', performance.now() - began),
      () => undefined,
    );
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

/** True for an error of the connection or of a Redis that cannot serve now, as against one of the command itself. */
export function isRedisUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'MaxRetriesPerRequestError' ||
    /^(LOADING|CLUSTERDOWN|MASTERDOWN|READONLY|OOM|MISCONF|TRYAGAIN)\b/.test(error.message) ||
    /Connection is closed|Stream isn't writeable|Command timed out|Socket (closed|timeout)|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|Connection not (ready|available)/i.test(
      error.message,
    )
  );
}

/**
 * Refuses a Redis that would throw data away under memory pressure.
 * @throws Error when `maxmemory-policy` is anything but `noeviction`
 */
export async function requireNoEviction(redis: Redis): Promise<void> {
  const policy = /maxmemory_policy:(\S+)/.exec(await redis.info('memory'))?.[1];
  if (policy && policy !== 'noeviction') {
    throw new Error(`Redis must run with maxmemory-policy noeviction; it runs with ${policy}, which loses messages`);
  }
}
