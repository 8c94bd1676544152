import { keys, type Redis } from '@app/redis';
import type { RedisClock } from './clock';
import { LEAVE, RENEW } from './scripts';
import { GROUP, type RawEntry } from './wire';

/** What a renewal found. */
export interface Renewal {
  sentAt: number;
  /** Ids of entries that are not pending here any more. */
  lost: string[];
  taken: { entry: RawEntry; deliveries: number }[];
  /** Until the first lease of another replica with pending entries lapses; undefined: there is none. */
  nextLapseMs?: number;
}

/** A reader's lease on a stream, on Redis' clock. */
export class Lease {
  private until = 0;
  /** Since when it was renewed without a gap. Only after a whole lease of our own may lapsed leases of others be reclaimed. */
  private steadySince = Number.POSITIVE_INFINITY;

  constructor(
    private readonly redis: Redis,
    private readonly stream: string,
    private readonly consumer: string,
    private readonly leaseMs: number,
    private readonly clock: RedisClock,
  ) {}

  /** Whether it is sure not to have lapsed. */
  holds(): boolean {
    return performance.now() < this.until;
  }

  /**
   * Renews it, with the pending entries, and takes over at most `room` entries.
   * @throws Error of Redis: NOGROUP, or that it is away
   */
  async renew(pending: readonly string[], room: number): Promise<Renewal> {
    const sentAt = performance.now();
    const mayReclaim = sentAt - this.steadySince >= this.leaseMs;
    const steadySince = this.steadySince;
    // If the answer is lost, a gap cannot be ruled out.
    this.steadySince = Number.POSITIVE_INFINITY;
    const answer = await RENEW.run(
      this.redis,
      [this.stream, keys.readers(this.stream)],
      [GROUP, this.consumer, this.leaseMs, room, mayReclaim ? 1 : 0, ...pending],
    );
    const [now, lapsed, lost, entries, lapse] = answer as [
      number,
      number,
      string[],
      [string, string[], number][],
      number,
    ];
    this.steadySince = lapsed === 0 && steadySince < sentAt ? steadySince : sentAt;
    this.until = sentAt + this.leaseMs;
    this.clock.learn(now, sentAt, performance.now());
    const taken = entries.map(([id, fields, deliveries]) => ({ entry: [id, fields] as RawEntry, deliveries }));
    return { sentAt, lost, taken, nextLapseMs: lapse < 0 ? undefined : lapse };
  }

  /** Ends it now. */
  async giveBack(): Promise<void> {
    this.until = 0;
    await LEAVE.run(this.redis, [this.stream, keys.readers(this.stream)], [GROUP, this.consumer]);
  }
}
