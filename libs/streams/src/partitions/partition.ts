import { keys, type Redis } from '@app/redis';
import type { RedisClock } from '../clock';
import type { Entry, EntrySource, StreamsCounters } from '../entry';
import type { StreamsLimits } from '../limits';
import type { StreamsLogger } from '../logger';
import type { Runner } from '../runner';
import type { Settler } from '../settler';
import { parseEntry, type RawEntry } from '../wire';

const START = '0-0';
/**
 * What was left so long ago, by a replica that nobody followed, was repeated by its sender over the other way, and will soon not be
 * known by its key any more.
 */
const LEFT_MS = 12 * 60 * 60 * 1000;
/** That a part of a shared entry is finished, in place of its tries. */
const FINISHED = 'finished';

export interface PartitionOptions {
  redis: Redis;
  runner: Runner;
  settler: Settler;
  clock: RedisClock;
  limits: StreamsLimits;
  counters: StreamsCounters;
  log: StreamsLogger;
  /** What is read has changed, or there is room to read more. */
  readable(): void;
  /** Something of it was given up: to be taken over, in order, from what is unfinished. */
  broken(partition: Partition): void;
}

/**
 * One partition, for the time that this replica holds it. Its stream is what is unfinished and nothing else, in order: who takes it
 * over reads it from the beginning. (No consumer group: with one reader at a time it would only cost.)
 */
export class Partition implements EntrySource {
  readonly kind = 'work';
  readonly hasGroup = false;
  readonly isFinishedByScripts: boolean;
  readonly stream: string;
  /** Up to where it was read over the present connection. */
  position = START;
  /** It is about to be given to another: nothing more is read. */
  isClosing = false;
  private readonly entries = new Map<string, Entry>();
  private until = 0;
  private isHeld = false;
  private requests = 0;
  /** The replica before may have begun what is up to here, and this is what it counted of it. */
  private suspects?: { last: string; room: number; tries: Record<string, string> };
  private watchers: (() => void)[] = [];

  constructor(
    readonly place: number,
    stream: string,
    private readonly options: PartitionOptions,
  ) {
    this.stream = stream;
    this.isFinishedByScripts = !options.redis.isCluster;
  }

  /** Whether it is this replica's, be it that its lease is over: then it may be another's by now. */
  get isMine(): boolean {
    return this.isHeld;
  }

  /** Requests that may be read now. */
  get room(): number {
    if (!this.isHeld || this.isClosing) return 0;
    return Math.max(0, this.options.limits.concurrency - this.requests);
  }

  get isIdle(): boolean {
    return this.entries.size === 0;
  }

  holds(): boolean {
    return this.isHeld && performance.now() < this.until;
  }

  /** @param until for how long, monotonic ms @param last up to where another may have begun it */
  async taken(until: number, last?: string): Promise<void> {
    const { redis, limits } = this.options;
    const tries = keys.partitionTries(this.stream);
    this.suspects = undefined;
    if (last === undefined || last === START) await redis.del(tries);
    else this.suspects = { last, room: 2 * limits.concurrency, tries: await redis.hgetall(tries) };
    this.position = START;
    this.until = until;
    this.isHeld = true;
    this.isClosing = false;
  }

  renewed(until: number): void {
    this.until = until;
  }

  /** Reads it from its beginning: what is unfinished and known here is passed over. */
  rewind(): void {
    this.position = START;
  }

  /** It is another's, or will be: nothing of it is begun here any more. */
  lose(): void {
    this.isHeld = false;
    this.isClosing = false;
    this.until = 0;
    this.requests = 0;
    for (const entry of this.entries.values()) entry.lost = true;
    this.entries.clear();
    this.wake();
  }

  /** Resolves when all that was read is finished, and gone from Redis; or it was lost. */
  async whenIdle(): Promise<void> {
    while (!this.isIdle) await new Promise<void>((resolve) => this.watchers.push(resolve));
  }

  /**
   * Starts entries that were read.
   * @param after from where on; of no use any more if it was lost and taken, or is read anew
   * @returns how many requests are in them
   */
  add(entries: readonly RawEntry[], after?: string): number {
    if (after !== this.position) return 0;
    let requests = 0;
    for (const entry of entries) {
      this.position = entry[0];
      requests += this.take(entry);
    }
    return requests;
  }

  async charge(entry: Entry): Promise<void> {
    await this.options.redis.hincrby(keys.partitionTries(this.stream), entry.id, 1);
    entry.charged = true;
  }

  release(entry: Entry): void {
    if (entry.lost) {
      if (this.entries.get(entry.id) === entry) this.options.broken(this);
      return;
    }
    if (this.entries.get(entry.id) !== entry) return;
    this.entries.delete(entry.id);
    const { room } = this;
    if (entry.whole) this.partFinished(entry);
    else this.requests -= entry.requests.length;
    if (this.isIdle) this.wake();
    if (room === 0 && this.room > 0) this.options.readable();
  }

  private take([id, fields]: RawEntry): number {
    if (!this.isHeld || this.entries.has(id)) return 0;
    const { requests, at } = parseEntry(id, fields ?? []);
    const entry: Entry = {
      source: this,
      id,
      requests,
      at,
      prior: 0,
      deliveries: 1,
      charged: true,
      open: requests.length,
      lost: false,
      renewedAt: 0,
    };
    this.entries.set(id, entry);
    this.requests += requests.length;
    if (requests.length === 0) this.remove(entry, 'unreadable entry removed');
    else if (this.options.clock.now() - at > LEFT_MS) {
      this.options.counters.expired += requests.length;
      this.remove(entry, 'entry of long ago removed');
    } else if (this.isSuspect(entry)) this.takeParts(entry);
    else this.options.runner.add(entry);
    return requests.length;
  }

  private remove(entry: Entry, reason: string): void {
    this.options.log.error({ stream: this.stream, id: entry.id }, reason);
    this.options.settler.finish(entry);
  }

  private isSuspect({ id, requests }: Entry): boolean {
    const { suspects } = this;
    if (!suspects) return false;
    if (suspects.room <= 0 || isAfter(id, suspects.last)) {
      this.suspects = undefined;
      return false;
    }
    suspects.room -= requests.length;
    return true;
  }

  /** Each request by itself, with its own tries: the one that may have ended a process must not take the others along again. */
  private takeParts(whole: Entry): void {
    const tries = this.suspects?.tries ?? {};
    const parts = whole.requests.map((request, i): Entry => {
      const id = `${whole.id}/${i}`;
      const prior = 1 + (Number(tries[id]) || 0);
      return { ...whole, id, requests: [request], prior, charged: false, open: 1, whole };
    });
    const open = parts.filter(({ id }) => tries[id] !== FINISHED);
    whole.open = open.length;
    if (open.length === 0) this.options.settler.finish(whole);
    for (const part of open) {
      this.entries.set(part.id, part);
      this.options.runner.add(part);
    }
  }

  private partFinished({ id, charged }: Entry): void {
    // What is left there goes when the partition is taken over from one that left in order.
    if (charged) this.options.redis.hset(keys.partitionTries(this.stream), id, FINISHED).catch(() => undefined);
  }

  private wake(): void {
    const { watchers } = this;
    this.watchers = [];
    for (const each of watchers) each();
  }
}

/** Whether an entry's id is behind another. */
function isAfter(id: string, other: string): boolean {
  const [ms = '', n = ''] = id.split('-');
  const [otherMs = '', otherN = ''] = other.split('-');
  return ms === otherMs ? Number(n) > Number(otherN) : Number(ms) > Number(otherMs);
}
