import { ChatError } from '@app/contracts';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

/** The limits on what one user or address may ask. */
@Injectable()
export class Limits {
  private readonly messages: RateLimiterAbstract;
  private readonly requests: RateLimiterAbstract;

  constructor(@Inject(CONFIG) config: Config) {
    const inMemory = (points: number, windowMs: number) => new RateLimiterMemory({ points, duration: windowMs / 1000 });
    this.messages = inMemory(config.MESSAGES_PER_WINDOW, config.MESSAGES_WINDOW_MS);
    this.requests = inMemory(config.REQUESTS_PER_WINDOW, config.REQUESTS_WINDOW_MS);
  }

  /** @throws ChatError `rate_limited` */
  async message(userId: string): Promise<void> {
    await consume(this.messages, userId, 'Too many messages');
  }

  /** @param who a user's id or the key of a client @throws ChatError `rate_limited` */
  async request(who: string): Promise<void> {
    await consume(this.requests, who, 'Too many requests');
  }
}

/** Takes a point from a limiter. @throws ChatError `rate_limited` */
export async function consume(limiter: RateLimiterAbstract, key: string, message: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new ChatError('rate_limited', `${message}; try again later`, Math.max(1, Math.ceil(refusal.msBeforeNext)));
  }
}
