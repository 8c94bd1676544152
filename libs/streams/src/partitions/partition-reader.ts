import { setTimeout as pause } from 'node:timers/promises';
import { isRedisMisconfigured, isRedisUnavailable, type Redis, whenReady } from '@app/redis';
import type { StreamsLimits } from '../limits';
import type { StreamsLogger } from '../logger';
import type { RawEntry } from '../wire';
import { within } from '../within';
import type { Partition } from './partition';

const PAUSE_MS = 50;
const PAUSE_MAX_MS = 2000;
const STOP_MS = 1000;
const UNBLOCK_MS = 20;

export interface PartitionReaderOptions {
  /** For this reader's loop alone. */
  blocking: Redis;
  redis: Redis;
  /** Those that it reads while they are held here; of a Cluster one, as each lies in a slot of its own. */
  partitions: readonly Partition[];
  limits: StreamsLimits;
  log: StreamsLogger;
}

/** Reads partitions, whichever of them are held and have room, in one round trip for all. */
export class PartitionReader {
  private readonly closing = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private connectionId = 0;
  /** Begins anew with each read. */
  private reading?: object;
  private readTicks = 0;
  private wake?: () => void;
  private failing = false;
  /** Requests of an entry, on average. */
  private density = 1;

  constructor(private readonly options: PartitionReaderOptions) {}

  start(): void {
    this.loop = this.readForEver();
  }

  isReady(): boolean {
    return this.options.blocking.status === 'ready';
  }

  /** What is to be read has changed. */
  refresh(): void {
    this.wake?.();
    if (this.reading) void this.unblock(this.reading);
  }

  /** To be called four times a lease: reconnects when a read outlasts its own timeout. */
  watchRead(): void {
    const { blocking, limits } = this.options;
    if (!this.reading) return;
    this.readTicks += 1;
    if (this.readTicks * (limits.leaseMs / 4) <= limits.blockMs + limits.silenceMs) return;
    this.readTicks = 0;
    blocking.disconnect(true);
  }

  /** Reads no more. */
  async stop(): Promise<void> {
    this.closing.abort(new Error('closing'));
    this.refresh();
    await within(this.loop, STOP_MS);
    this.options.blocking.disconnect();
  }

  /** Ends a read. The first try may come before the read does. */
  private async unblock(reading: object): Promise<void> {
    const { redis, blocking, partitions } = this.options;
    const [{ stream } = { stream: '' }] = partitions;
    while (this.reading === reading && blocking.status === 'ready') {
      // In one pipeline with a command on the stream: on a Cluster that leads to its node, and client ids are per node.
      redis
        .pipeline()
        .exists(stream)
        .client('UNBLOCK', this.connectionId)
        .exec()
        .catch(() => undefined);
      await pause(UNBLOCK_MS);
    }
  }

  private async readForEver(): Promise<void> {
    const { blocking, partitions, log } = this.options;
    const { signal } = this.closing;
    let pauseMs = PAUSE_MS;
    while (!signal.aborted) {
      try {
        await whenReady(blocking, signal);
        this.connectionId = await blocking.client('ID');
        // What a lost connection had on its way is read again; what has come is known by its id.
        for (const partition of partitions) partition.rewind();
        while (!signal.aborted) {
          await this.read();
          pauseMs = PAUSE_MS;
          if (this.failing) log.info({}, 'reading from partitions works again');
          this.failing = false;
        }
      } catch (error) {
        this.reading = undefined;
        if (signal.aborted) return;
        this.failed(error);
        await pause(pauseMs, undefined, { signal }).catch(() => undefined);
        pauseMs = Math.min(PAUSE_MAX_MS, pauseMs * 2);
      }
    }
  }

  private async read(): Promise<void> {
    const { blocking, partitions, limits } = this.options;
    const wanted = partitions.filter(({ room }) => room > 0);
    if (wanted.length === 0) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
      this.wake = undefined;
      return;
    }
    const positions = wanted.map(({ position }) => position);
    const room = Math.min(...wanted.map((partition) => partition.room));
    const count = Math.max(1, Math.min(limits.readCount, Math.floor(room / this.density)));
    const reading = {};
    this.readTicks = 0;
    this.reading = reading;
    const answer = (await blocking.xread(
      'COUNT',
      count,
      'BLOCK',
      limits.blockMs,
      'STREAMS',
      ...wanted.map(({ stream }) => stream),
      ...positions,
    )) as [stream: string, entries: RawEntry[]][] | null;
    this.reading = undefined;
    for (const [stream, entries] of answer ?? []) {
      const at = wanted.findIndex((partition) => partition.stream === stream);
      const requests = wanted[at]?.add(entries, positions[at]) ?? 0;
      this.density = 0.8 * this.density + (0.2 * Math.max(1, requests)) / Math.max(1, entries.length);
    }
  }

  /** Logs a failure once. That Redis is away is logged elsewhere. */
  private failed(error: unknown): void {
    if (this.failing || (isRedisUnavailable(error) && !isRedisMisconfigured(error))) return;
    this.failing = true;
    this.options.log.error({ error: String(error) }, 'reading from partitions failed, trying again');
  }
}
