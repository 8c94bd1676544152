import { setTimeout as pause } from 'node:timers/promises';
import { isRedisMisconfigured, isRedisUnavailable, type Redis, whenReady } from '@app/redis';
import { PendingEntries, type PendingEntriesOptions } from './pending-entries';
import { GROUP, type RawEntry } from './wire';
import { within } from './within';

const PAUSE_MS = 50;
const PAUSE_MAX_MS = 2000;
const STOP_MS = 1000;
const UNBLOCK_MS = 20;

type PendingEntry = [id: string, consumer: string, idleMs: number, deliveries: number];

export interface ReaderOptions extends PendingEntriesOptions {
  /** For this reader's loop alone. */
  blocking: Redis;
}

/** Reads one stream for a replica, whatever happens, until it is stopped. */
export class StreamReader {
  private readonly pending: PendingEntries;
  private readonly closing = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private connectionId?: number;
  private grouped = false;
  private failing = false;
  private renewing = false;
  private reading = false;
  private early?: NodeJS.Timeout;
  /** Renewals since the current read began. */
  private readTicks = 0;
  /** Requests of an entry, on average: how many entries fill the room there is. */
  private density = 1;

  constructor(private readonly options: ReaderOptions) {
    this.pending = new PendingEntries(options);
  }

  start(): void {
    this.loop = this.readForEver();
  }

  /** Whether it holds its lease and can read. */
  isReady(): boolean {
    return this.pending.holds() && this.grouped && this.options.blocking.status === 'ready';
  }

  /** To be called four times a lease: renews it and takes over what nobody holds. Never throws. */
  async tick(): Promise<void> {
    this.watchRead();
    await this.renew();
  }

  /** Reads no more. Once it resolves nothing can come any more. */
  async stop(): Promise<void> {
    const { redis, blocking, runner, stream } = this.options;
    this.closing.abort(new Error('closing'));
    clearTimeout(this.early);
    runner.resume();
    // A connection that is merely cut off could take a delivery with it. The first try may come before the read does.
    for (let tries = STOP_MS / UNBLOCK_MS; tries > 0 && this.reading && blocking.status === 'ready'; tries -= 1) {
      // In one pipeline with a command on the stream: on a Cluster that leads to its node, and client ids are per node.
      redis
        .pipeline()
        .exists(stream)
        .client('UNBLOCK', this.connectionId ?? 0)
        .exec()
        .catch(() => undefined);
      await within(this.loop, UNBLOCK_MS);
    }
    blocking.disconnect();
    await within(this.loop, STOP_MS);
  }

  /** Gives the lease back: others may take over what is unfinished at once. */
  leave(): Promise<void> {
    return this.pending.leave();
  }

  private async renew(): Promise<void> {
    if (this.renewing || !this.grouped) return;
    this.renewing = true;
    clearTimeout(this.early);
    try {
      this.renewEarly(await this.pending.renew(this.roomForOthers()));
    } catch (error) {
      if (isNoGroup(error)) await this.makeGroup().catch((reason) => this.failed(reason));
      else this.failed(error);
    } finally {
      this.renewing = false;
    }
  }

  /** Renews before the next tick when another replica's lease lapses earlier, to take its work over at once. */
  private renewEarly(lapseMs: number | undefined): void {
    if (lapseMs === undefined || lapseMs >= this.options.limits.leaseMs / 4 || this.closing.signal.aborted) return;
    this.early = setTimeout(() => void this.renew(), lapseMs);
  }

  private async readForEver(): Promise<void> {
    const { signal } = this.closing;
    let pauseMs = PAUSE_MS;
    while (!signal.aborted) {
      try {
        await whenReady(this.options.blocking, signal);
        await this.prepare();
        while (await this.mayRead()) {
          await this.read();
          pauseMs = PAUSE_MS;
          if (this.failing)
            this.options.log.info({ stream: this.options.stream }, 'reading from the stream works again');
          this.failing = false;
        }
      } catch (error) {
        this.reading = false;
        if (signal.aborted) return;
        if (isNoGroup(error)) this.grouped = false;
        else this.failed(error);
        await pause(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
      }
    }
  }

  /** What each new connection begins with. */
  private async prepare(): Promise<void> {
    if (!this.grouped) await this.makeGroup();
    if (!this.pending.holds()) await this.pending.renew(this.roomForOthers());
    this.connectionId = await this.options.blocking.client('ID');
    await this.recoverOwnPending();
  }

  /** Starts entries that Redis delivered into a connection that was lost: they are pending for this replica, which never saw them. */
  private async recoverOwnPending(): Promise<void> {
    const { redis, stream, consumer, limits } = this.options;
    const pending = (await redis.xpending(stream, GROUP, '-', '+', limits.maxLength, consumer)) as PendingEntry[];
    const missing = pending.filter(([id]) => !this.pending.has(id));
    const found = await Promise.all(missing.map(([id]) => redis.xrange(stream, id, id)));
    missing.forEach(([id, , , deliveries], i) => {
      this.pending.take(found[i]?.[0] ?? [id, null], deliveries, true);
    });
  }

  /** Waits until more requests may be started; false when reading is over. */
  private async mayRead(): Promise<boolean> {
    const { runner } = this.options;
    while (runner.room <= 0 && !this.closing.signal.aborted) await runner.changed();
    return !this.closing.signal.aborted;
  }

  private async read(): Promise<void> {
    const { blocking, stream, consumer, limits, runner } = this.options;
    const count = Math.max(1, Math.min(limits.readCount, Math.floor(runner.room / this.density)));
    this.readTicks = 0;
    this.reading = true;
    const answer = (await blocking.xreadgroup(
      'GROUP',
      GROUP,
      consumer,
      'COUNT',
      count,
      'BLOCK',
      limits.blockMs,
      'STREAMS',
      stream,
      '>',
    )) as [stream: string, entries: RawEntry[]][] | null;
    this.reading = false;
    const entries = answer?.[0]?.[1];
    if (!entries || entries.length === 0) return;
    let requests = 0;
    for (const entry of entries) requests += this.pending.take(entry, 1, true);
    this.density = 0.8 * this.density + (0.2 * Math.max(1, requests)) / entries.length;
  }

  private roomForOthers(): number {
    const { limits, runner } = this.options;
    return this.closing.signal.aborted ? 0 : Math.max(0, Math.min(limits.readCount, runner.room));
  }

  private async makeGroup(): Promise<void> {
    const { redis, stream } = this.options;
    await redis.xgroup('CREATE', stream, GROUP, '0', 'MKSTREAM').catch((error: Error) => {
      if (!error.message.startsWith('BUSYGROUP')) throw error;
    });
    this.grouped = true;
  }

  /** Logs a failure once. That Redis is away is logged elsewhere. */
  private failed(error: unknown): void {
    if (this.failing || (isRedisUnavailable(error) && !isRedisMisconfigured(error))) return;
    this.failing = true;
    this.options.log.error(
      { stream: this.options.stream, error: String(error) },
      'reading from the stream failed, trying again',
    );
  }

  /** Reconnects when a read outlasts its own timeout: the connection is dead and does not show it. */
  private watchRead(): void {
    const { blocking, limits } = this.options;
    if (!this.reading) return;
    this.readTicks += 1;
    if (this.readTicks * (limits.leaseMs / 4) <= limits.blockMs + limits.silenceMs) return;
    this.readTicks = 0;
    blocking.disconnect(true);
  }
}

/** The stream or its group is gone: Redis was emptied. */
function isNoGroup(error: unknown): boolean {
  return error instanceof Error && /^(NOGROUP|UNBLOCKED)\b/.test(error.message);
}
