import { createHash } from 'node:crypto';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRedis } from 'rate-limiter-flexible';
import { clientKey } from './client-address';
import { consume } from './limits';

/** The limits on sign-ins and registrations, counted in Redis for all gateways together. */
@Injectable()
export class SignInLimits {
  private readonly byName: RateLimiterAbstract;
  private readonly byAddress: RateLimiterAbstract;

  constructor(@Inject(CONFIG) config: Config, redis: Redis) {
    const limiter = (what: string, points: number) => {
      const duration = config.SIGN_INS_WINDOW_MS / 1000;
      return new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${keys.rateLimitPrefix}:sign-in:${what}`,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ points, duration }),
      });
    };
    this.byName = limiter('name', config.SIGN_INS_PER_NAME);
    this.byAddress = limiter('address', config.SIGN_INS_PER_ADDRESS);
  }

  /** Counts a registration. @throws ChatError `rate_limited` */
  async registration(address: string): Promise<void> {
    await consume(this.byAddress, clientKey(address), 'Too many attempts');
  }

  /**
   * Counts a sign-in until it has succeeded.
   * @returns takes the attempt off the count again
   * @throws ChatError `rate_limited`
   */
  async signIn(address: string, username: string): Promise<() => Promise<void>> {
    const name = createHash('sha256').update(username.normalize('NFC').trim()).digest('base64url');
    const client = clientKey(address);
    await consume(this.byAddress, client, 'Too many attempts');
    await consume(this.byName, name, 'Too many attempts');
    return async () => {
      await Promise.all([this.byAddress.reward(client), this.byName.delete(name)]);
    };
  }
}
