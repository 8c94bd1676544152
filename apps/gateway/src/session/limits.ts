import { createHash } from 'node:crypto';
import { ChatError } from '@app/contracts';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

/** The limits on what one user, name or address may ask. Sign-ins are counted in Redis for all gateways together. */
@Injectable()
export class Limits {
  private readonly messages: RateLimiterAbstract;
  private readonly requests: RateLimiterAbstract;
  private readonly signInsByName: RateLimiterAbstract;
  private readonly signInsByAddress: RateLimiterAbstract;

  constructor(@Inject(CONFIG) config: Config, redis: Redis) {
    const inMemory = (points: number, windowMs: number) => new RateLimiterMemory({ points, duration: windowMs / 1000 });
    const inRedis = (what: string, points: number) =>
      new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${keys.rateLimitPrefix}:sign-in:${what}`,
        points,
        duration: config.SIGN_INS_WINDOW_MS / 1000,
        insuranceLimiter: inMemory(points, config.SIGN_INS_WINDOW_MS),
      });
    this.messages = inMemory(config.MESSAGES_PER_WINDOW, config.MESSAGES_WINDOW_MS);
    this.requests = inMemory(config.REQUESTS_PER_WINDOW, config.REQUESTS_WINDOW_MS);
    this.signInsByName = inRedis('name', config.SIGN_INS_PER_NAME);
    this.signInsByAddress = inRedis('address', config.SIGN_INS_PER_ADDRESS);
  }

  /** @throws ChatError `rate_limited` */
  async message(userId: string): Promise<void> {
    await consume(this.messages, userId, 'Too many messages');
  }

  /** @param who a user's id or an address @throws ChatError `rate_limited` */
  async request(who: string): Promise<void> {
    await consume(this.requests, who, 'Too many requests');
  }

  /** Counts a registration. @throws ChatError `rate_limited` */
  async registration(address: string): Promise<void> {
    await consume(this.signInsByAddress, address, 'Too many attempts');
  }

  /**
   * Counts a sign-in until it has succeeded.
   * @returns takes the attempt off the count again
   * @throws ChatError `rate_limited`
   */
  async signIn(address: string, username: string): Promise<() => Promise<void>> {
    const name = createHash('sha256').update(username.normalize('NFC').trim()).digest('base64url');
    await consume(this.signInsByAddress, address, 'Too many attempts');
    await consume(this.signInsByName, name, 'Too many attempts');
    return async () => {
      await Promise.all([this.signInsByAddress.reward(address), this.signInsByName.delete(name)]);
    };
  }
}

async function consume(limiter: RateLimiterAbstract, key: string, message: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new ChatError('rate_limited', `${message}; try again later`, Math.max(1, Math.ceil(refusal.msBeforeNext)));
  }
}
