import type { Redis } from '@app/redis';
import type { RedisClock } from './clock';
import type { Entry, EntrySource, StreamsCounters } from './entry';
import { Lease } from './lease';
import type { StreamsLimits } from './limits';
import type { StreamsLogger } from './logger';
import type { Runner } from './runner';
import { SPLIT } from './scripts';
import type { Settler } from './settler';
import { GROUP, parseEntry, type RawEntry, requestsField } from './wire';

export interface PendingEntriesOptions {
  stream: string;
  kind: EntrySource['kind'];
  consumer: string;
  redis: Redis;
  runner: Runner;
  settler: Settler;
  clock: RedisClock;
  limits: StreamsLimits;
  counters: StreamsCounters;
  log: StreamsLogger;
}

/** The pending entries of one stream that this replica handles: it renews them, drops those it lost and takes over others'. */
export class PendingEntries implements EntrySource {
  readonly stream: string;
  readonly kind: EntrySource['kind'];
  readonly hasGroup = true;
  private readonly entries = new Map<string, Entry>();
  private readonly lease: Lease;

  constructor(private readonly options: PendingEntriesOptions) {
    const { redis, consumer, limits, clock } = options;
    this.stream = options.stream;
    this.kind = options.kind;
    this.lease = new Lease(redis, this.stream, consumer, limits.leaseMs, clock);
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  holds(): boolean {
    return this.lease.holds();
  }

  release(entry: Entry): void {
    if (this.entries.get(entry.id) === entry) this.entries.delete(entry.id);
  }

  async charge(entry: Entry): Promise<void> {
    const { redis, consumer } = this.options;
    await redis.xclaim(this.stream, GROUP, consumer, 0, entry.id, 'RETRYCOUNT', entry.deliveries + 1, 'JUSTID');
    entry.charged = true;
  }

  /**
   * Starts an entry that Redis gave to this replica.
   * @param deliveries as Redis counts them
   * @param charged whether they include this one; those before may have begun it
   * @returns how many requests are in it
   */
  take([id, fields]: RawEntry, deliveries: number, charged: boolean): number {
    if (this.entries.has(id)) return 0;
    const { requests, attempts, at } = parseEntry(id, fields ?? []);
    const tries = charged ? deliveries - 1 : deliveries;
    const entry: Entry = {
      source: this,
      id,
      requests,
      at,
      prior: attempts + tries,
      deliveries,
      charged,
      open: requests.length,
      lost: false,
      renewedAt: performance.now(),
    };
    if (requests.length === 0) this.discard(entry);
    else if (tries > 0 && requests.length > 1) void this.split(entry);
    else {
      this.entries.set(id, entry);
      this.options.runner.add(entry);
    }
    return requests.length;
  }

  /**
   * Renews the lease and the pending entries.
   * @param room how many entries to take over from others at most
   * @returns ms until the first lease of another replica with pending entries lapses; undefined: there is none
   * @throws Error of Redis: NOGROUP, or that it is away
   */
  async renew(room: number): Promise<number | undefined> {
    const { limits, counters, log, settler, runner } = this.options;
    const since = performance.now() - limits.leaseMs / 4;
    const old = [...this.entries.values()].filter((entry) => entry.renewedAt <= since);
    const renewal = await this.lease.renew(
      old.map(({ id }) => id),
      room,
    );
    for (const entry of old) entry.renewedAt = renewal.sentAt;
    const lost = renewal.lost.filter((id) => this.lose(id));
    if (lost.length > 0)
      log.warn({ stream: this.stream, entries: lost.length }, 'pending entries were taken over by another replica');
    for (const { entry, deliveries } of renewal.taken) this.take(entry, deliveries, false);
    if (renewal.taken.length > 0) {
      counters.takenOver += renewal.taken.length;
      log.info({ stream: this.stream, entries: renewal.taken.length }, 'took over pending entries');
    }
    settler.resume();
    runner.resume();
    return renewal.nextLapseMs;
  }

  /** Gives the lease back: others may take over what is unfinished at once. */
  leave(): Promise<void> {
    return this.lease.giveBack();
  }

  /** @returns false: it was finished, and its removal overtook the renewal */
  private lose(id: string): boolean {
    const entry = this.entries.get(id);
    if (!entry || entry.open === 0) return false;
    entry.lost = true;
    return this.entries.delete(id);
  }

  /** Removes an entry that this transport did not write or that somebody deleted: it would come back for ever. */
  private discard(entry: Entry): void {
    this.options.log.error({ stream: this.stream, id: entry.id }, 'unreadable entry removed');
    this.options.settler.finish(entry);
  }

  /** Gives each request an entry of its own: the one that may have ended its process must not take the others along again. */
  private async split(entry: Entry): Promise<void> {
    const { redis, log } = this.options;
    const requests = entry.requests.map((request) => requestsField([JSON.stringify(request)]));
    try {
      await SPLIT.run(redis, [this.stream], [GROUP, entry.id, entry.prior, entry.at, ...requests]);
    } catch (error) {
      // It is not renewed, so a replica takes it over again.
      log.warn({ stream: this.stream, error: String(error) }, 'splitting a shared entry failed');
    }
  }
}
