import {
  explainRedisError,
  isRedisMisconfigured,
  keys,
  type Redis,
  redisErrorKind,
  requireNoEviction,
  requireSharded,
} from '@app/redis';
import type { Health } from './health';
import type { Logger } from './logger';

/** How often it is tried whether Redis takes writes. */
const TRY_MS = 1000;

/**
 * Knows whether a process can work with its Redis: connected, let in, and taking writes. Says once what is wrong, and once
 * that it is mended. Ends the process where Redis would throw data away, or is too old for what it is set to do.
 */
export class RedisWatch {
  /** The code of what Redis says to every write. */
  private refusal: string | undefined;
  private said: string | undefined;
  private away = false;

  constructor(
    private readonly redis: Redis,
    private readonly health: Health,
    private readonly log: Logger,
    private readonly isSharded = false,
  ) {
    health.add('redis', () => this.isServing() || (this.refusal ?? false));
    redis.on('ready', () => this.ready());
    redis.on('close', () => this.closed());
    redis.on('error', (error: Error) => {
      // A Cluster says why not of the last node that it asked.
      const cause = 'lastNodeError' in error && error.lastNodeError instanceof Error ? error.lastNodeError : error;
      this.heard(cause);
    });
    const timer = setInterval(() => void this.tryToWrite(), TRY_MS).unref();
    redis.once('end', () => clearInterval(timer));
  }

  /** Whether Redis is there and takes writes. */
  isServing(): boolean {
    return this.redis.status === 'ready' && this.refusal === undefined;
  }

  private ready(): void {
    if (this.away && !this.said) this.log.info('Redis is reachable again');
    this.away = false;
    void this.tryToWrite();
    void this.require(requireNoEviction);
    if (this.isSharded) void this.require(requireSharded);
  }

  private async require(check: (redis: Redis) => Promise<void>): Promise<void> {
    try {
      await check(this.redis);
    } catch (error) {
      if (!(error instanceof Error)) return;
      if (isRedisMisconfigured(error))
        this.log.error(`Redis cannot be used as it should be: ${explainRedisError(error)}`);
      if (!error.message.startsWith('Redis must')) return;
      this.log.fatal(error.message);
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    }
  }

  private closed(): void {
    if (!this.away && !this.said && !this.health.isStopping) this.log.warn('Redis is unreachable');
    this.away = true;
  }

  /** Writes nothing, by a command that is refused whenever one that writes is. */
  private async tryToWrite(): Promise<void> {
    if (this.redis.status !== 'ready') return;
    try {
      await this.redis.setrange(keys.probe, 0, '');
      this.refusal = undefined;
      if (this.said) this.log.info('Redis accepts commands again');
      this.said = undefined;
    } catch (error) {
      if (error instanceof Error) this.heard(error);
    }
  }

  /** A lost or slow connection is reported by the connection itself. */
  private heard(error: Error): void {
    const code = /^[A-Z]{3,}\b/.exec(error.message)?.[0];
    const isOperators = isRedisMisconfigured(error);
    if (!isOperators && (!code || redisErrorKind(error) === 'fault')) return;
    this.refusal = code ?? 'refused';
    this.say(explainRedisError(error));
  }

  /** One line, until it is mended. */
  private say(what: string): void {
    if (this.said === what || this.health.isStopping) return;
    this.said = what;
    this.log.error(`Redis cannot be used (REDIS_ENDPOINT_URL): ${what}`);
  }
}
