import type { ServiceName } from '@app/contracts';
import { connectRedis, type Redis, type RedisEndpoint } from '@app/redis';
import { Runner } from '../runner';
import type { RunnerOptions } from '../runner-options';
import { Assignment } from './assignment';
import type { Partition } from './partition';
import { PartitionReader } from './partition-reader';

export interface PartitionedWorkOptions extends RunnerOptions {
  service: ServiceName;
  consumer: string;
  endpoint: RedisEndpoint;
  redis: Redis;
}

/** A replica's share in the work that is done in order: holds partitions, reads them and runs their handlers. */
export class PartitionedWork {
  /** Of its own, so that no slow query is in the way. */
  private readonly runner: Runner;
  private readonly assignment: Assignment;
  private readers = new Map<Partition | undefined, PartitionReader>();
  private isStopping = false;

  constructor(private readonly options: PartitionedWorkOptions) {
    this.runner = new Runner(options);
    this.assignment = new Assignment({
      ...options,
      runner: this.runner,
      changed: (partition) => this.changed(partition),
      replaced: (partitions) => this.readAll(partitions),
    });
    void this.assignment.tick();
  }

  isReady(): boolean {
    return this.assignment.isReady() && [...this.readers.values()].every((reader) => reader.isReady());
  }

  get inFlight(): number {
    return this.runner.inFlight;
  }

  get owned(): number {
    return this.assignment.owned;
  }

  /** To be called four times a lease. */
  tick(): void {
    this.runner.giveUpStuck();
    for (const reader of this.readers.values()) reader.watchRead();
    void this.assignment.tick().then(() => {
      this.options.settler.resume();
      this.runner.resume();
    });
  }

  /** Redis is back: what waits for it is tried again at once. */
  retryHeld(): void {
    this.runner.retryHeld();
  }

  /** Reads no more. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.assignment.stop();
    await Promise.all([...this.readers.values()].map((reader) => reader.stop()));
    await this.assignment.drain();
  }

  /** Resolves when nothing is being handled or about to be. */
  idle(): Promise<void> {
    return this.runner.idle();
  }

  /** Starts nothing more. */
  close(): void {
    this.runner.close();
  }

  /** Gives the partitions back. */
  leave(): Promise<void> {
    return this.assignment.leave();
  }

  private changed(partition?: Partition): void {
    if (!this.options.redis.isCluster) this.readers.get(undefined)?.refresh();
    else if (partition) this.readOne(partition);
    else for (const reader of this.readers.values()) reader.refresh();
  }

  private readAll(partitions: readonly Partition[]): void {
    for (const reader of this.readers.values()) void reader.stop();
    this.readers.clear();
    // One Redis reads all in one round trip. Of a Cluster each lies in a slot of its own, and one command is for one slot.
    if (!this.options.redis.isCluster) this.read(undefined, partitions);
  }

  private readOne(partition: Partition): void {
    const reader = this.readers.get(partition);
    if (partition.isMine && reader) reader.refresh();
    else if (partition.isMine) this.read(partition, [partition]);
    else if (reader) {
      this.readers.delete(partition);
      void reader.stop();
    }
  }

  private read(key: Partition | undefined, partitions: readonly Partition[]): void {
    if (this.isStopping) return;
    const { endpoint, consumer, redis, limits, log } = this.options;
    const blocking = connectRedis(endpoint, 'blocking', `${consumer}:partitions`, partitions[0]?.stream);
    const reader = new PartitionReader({ blocking, redis, partitions, limits, log });
    this.readers.set(key, reader);
    reader.start();
  }
}
