import { createHash } from 'node:crypto';
import { ChatError } from '@app/contracts';
import { caseKey } from '@app/names';
import { keys, Redis } from '@app/redis';
import { CONFIG, type Config } from '@app/service';
import { Inject, Injectable } from '@nestjs/common';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  type RateLimiterRes,
} from 'rate-limiter-flexible';
import { clientKey, networkKey } from './client-address';
import { consume } from './limits';
import { SlowLane } from './slow-lane';

const NO_LIMIT = 1_000_000_000;

/** A sign-in that was let through and is counted as failed until it says otherwise. */
export interface Attempt {
  /** How long it was held back. */
  slowedMs: number;
  /** The password was right. */
  succeeded(): Promise<void>;
  /** Nobody looked at the password. */
  undone(): Promise<void>;
}

export interface SignInFrom {
  address: string;
  username: string;
  /** The user's own device, where it is known. */
  device?: string | undefined;
  signal?: AbortSignal | undefined;
}

/**
 * The limits on sign-ins and registrations, counted in Redis for all gateways together.
 *
 * Wrong passwords are counted for an address, and for a name at an address: past that it is refused there. For a name alone,
 * whose owner may be somewhere else, sign-ins only become slower. A device that its user signed in with before is counted
 * by itself.
 */
@Injectable()
export class SignInLimits {
  private readonly byDevice: RateLimiterAbstract;
  private readonly byName: RateLimiterAbstract;
  private readonly byNameThere: RateLimiterAbstract;
  private readonly byAddress: RateLimiterAbstract;
  private readonly registrations: RateLimiterAbstract;
  private readonly slowAfter: number;

  constructor(
    @Inject(CONFIG) config: Config,
    redis: Redis,
    private readonly lane: SlowLane,
  ) {
    const limiter = (what: string, points: number) => {
      const duration = config.SIGN_INS_WINDOW_MS / 1000;
      return new RateLimiterRedis({
        storeClient: redis,
        keyPrefix: `${keys.rateLimitPrefix}:${what}`,
        points,
        duration,
        insuranceLimiter: new RateLimiterMemory({ points, duration }),
      });
    };
    this.byDevice = limiter('sign-in:device', config.SIGN_INS_PER_NAME);
    this.byName = limiter('sign-in:name', NO_LIMIT);
    this.byNameThere = limiter('sign-in:name-there', config.SIGN_INS_PER_NAME);
    this.byAddress = limiter('sign-in:address', config.SIGN_INS_PER_ADDRESS);
    this.registrations = limiter('registration', config.REGISTRATIONS_PER_ADDRESS);
    this.slowAfter = config.SIGN_INS_SLOW_AFTER;
  }

  /** Counts a registration. @throws ChatError `rate_limited` */
  async registration(address: string): Promise<void> {
    await consume(this.registrations, clientKey(address), 'Too many attempts');
  }

  /**
   * Lets a sign-in through, now or somewhat later.
   * @throws ChatError `rate_limited`
   */
  async signIn({ address, username, device, signal }: SignInFrom): Promise<Attempt> {
    if (device) {
      const known = await this.fromDevice(device);
      if (known) return known;
    }
    const name = createHash('sha256').update(caseKey(username)).digest('base64url');
    const client = clientKey(address);
    const nameThere = `${client}:${name}`;
    const { consumedPoints } = await this.count(client, nameThere, name);
    const undone = async () => {
      const counted: [RateLimiterAbstract, string][] = [
        [this.byAddress, client],
        [this.byNameThere, nameThere],
        [this.byName, name],
      ];
      await Promise.all(counted.map(([limiter, key]) => limiter.reward(key)));
    };
    const begun = performance.now();
    const tooMany = consumedPoints - 1 - this.slowAfter;
    if (tooMany >= 0) {
      await this.lane.wait(name, networkKey(address), tooMany, signal).catch(async (error: unknown) => {
        await undone();
        throw error;
      });
    }
    const succeeded = async () => {
      await Promise.all([this.byAddress.reward(client), this.byNameThere.delete(nameThere), this.byName.reward(name)]);
    };
    return { slowedMs: tooMany >= 0 ? performance.now() - begun : 0, succeeded, undone };
  }

  /**
   * Counts a sign-in in one round trip; what an earlier limit refuses is not counted by later ones.
   * @throws ChatError `rate_limited`
   */
  private async count(client: string, nameThere: string, name: string): Promise<RateLimiterRes> {
    const [address, there, everywhere] = await Promise.allSettled([
      consume(this.byAddress, client, 'Too many attempts'),
      consume(this.byNameThere, nameThere, 'Too many attempts'),
      this.byName.consume(name),
    ]);
    if (address.status === 'fulfilled' && there.status === 'fulfilled' && everywhere.status === 'fulfilled') {
      return everywhere.value;
    }
    const takenBack: Promise<unknown>[] = [];
    if (address.status === 'rejected') takenBack.push(this.byNameThere.reward(nameThere));
    if (everywhere.status === 'fulfilled') takenBack.push(this.byName.reward(name));
    await Promise.all(takenBack);
    throw [address, there, everywhere].find((one) => one.status === 'rejected')?.reason;
  }

  /** Undefined: too many wrong passwords came from this very device; it is then one like any other. */
  private async fromDevice(device: string): Promise<Attempt | undefined> {
    try {
      await consume(this.byDevice, device, 'Too many attempts');
    } catch (error) {
      if (error instanceof ChatError) return undefined;
      throw error;
    }
    const takeBack = async () => {
      await this.byDevice.reward(device);
    };
    return { slowedMs: 0, succeeded: takeBack, undone: takeBack };
  }
}
