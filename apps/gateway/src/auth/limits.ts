import { ChatError } from '@app/contracts';
import { CONFIG, type Config, FairTurns } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { whenAnswered } from './answered';

/** Retry-After for a user with too many calls waiting. */
const AT_ONCE_RETRY_MS = 1000;

/** How often each message may be tried. */
const TRIES = 2;

/** The limits on what one user or address may ask. */
@Injectable()
export class Limits {
  private readonly messages: RateLimiterAbstract;
  private readonly requests: RateLimiterAbstract;
  private readonly large: FairTurns;

  constructor(@Inject(CONFIG) private readonly config: Config) {
    const inMemory = (points: number, windowMs: number) => new RateLimiterMemory({ points, duration: windowMs / 1000 });
    // Stored messages are counted by the script that stores them. Here tries are counted, repeats included.
    this.messages = inMemory(TRIES * config.MESSAGES_PER_WINDOW, config.MESSAGES_WINDOW_MS);
    this.requests = inMemory(config.REQUESTS_PER_WINDOW, config.REQUESTS_WINDOW_MS);
    this.large = new FairTurns({
      all: Number.POSITIVE_INFINITY,
      each: config.LARGE_CALLS,
      waiting: config.LARGE_CALLS_WAITING,
    });
  }

  /** @throws ChatError `rate_limited` */
  async message(userId: string): Promise<void> {
    await consume(this.messages, userId, 'Too many messages');
  }

  /**
   * Counts a call and waits for its turn.
   * @param who a user's id or the key of a client
   * @param cost in requests; of those that cost more than one few are in flight at once
   * @returns to be called when it is answered
   * @throws ChatError `rate_limited`
   */
  async begin(who: string, cost: number): Promise<() => void> {
    await consume(this.requests, who, 'Too many requests', cost);
    if (cost <= 1) return () => undefined;
    return this.large.enter(who, () => {
      return new ChatError('rate_limited', 'Too many requests at once; try again later', AT_ONCE_RETRY_MS);
    });
  }

  /** As `begin`, for a request: it is answered when its client has taken the answer, for which it has so long. */
  async beginRequest(who: string, cost: number, response: Response): Promise<void> {
    const leave = await this.begin(who, cost);
    if (cost <= 1) return leave();
    const { socket } = response.req;
    const timer = setTimeout(() => socket.destroy(), this.config.LARGE_ANSWER_MS).unref();
    whenAnswered(response, () => {
      clearTimeout(timer);
      leave();
    });
  }
}

/** Takes points from a limiter. @throws ChatError `rate_limited` */
export async function consume(
  limiter: RateLimiterAbstract,
  key: string,
  message: string,
  points: number = 1,
): Promise<void> {
  try {
    await limiter.consume(key, points);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new ChatError('rate_limited', `${message}; try again later`, Math.max(1, Math.ceil(refusal.msBeforeNext)));
  }
}
