import type { ServiceName } from '@app/contracts';
import { isRedisMisconfigured, isRedisUnavailable, keys, type Redis } from '@app/redis';
import type { StreamsLimits } from '../limits';
import type { StreamsLogger } from '../logger';
import { PARTITION_HOLD, PARTITION_MEMBERS, PARTITION_RELEASE } from '../scripts';
import { Partition, type PartitionOptions } from './partition';

/** Who has fewer than its share looks again after this long: another is about to give some back. */
const WAIT_MS = 50;

export interface AssignmentOptions extends Omit<PartitionOptions, 'broken' | 'readable'> {
  service: ServiceName;
  consumer: string;
  redis: Redis;
  limits: StreamsLimits;
  log: StreamsLogger;
  /** Others are held now, or can be read. */
  changed(partition?: Partition): void;
  /** There are others in place of those there were. */
  replaced(partitions: readonly Partition[]): void;
}

/** What PARTITION_HOLD says of a partition. */
const FREE = 0;
const OTHERS = 2;
const LAPSED = 3;
const TAKEN = 4;
const RECLAIMED = 5;
type Held = [who: number, ms: number, last: string];

/**
 * Which partitions are this replica's: as many as anybody's. Each replica renews a lease on each of its own, gives back what is
 * more than its share, once that is finished, and takes what nobody holds until it has its share.
 */
export class Assignment {
  partitions: readonly Partition[] = [];
  private ticking = false;
  private isLeaving = false;
  private early?: NodeJS.Timeout;
  private isMember = false;
  /** Leases that are over may be those of all, as Redis was away: not before this may they be taken. */
  private patientUntil = 0;
  private said = false;
  private isSettled = false;
  private isLast = false;

  constructor(private readonly options: AssignmentOptions) {}

  /** Whether it holds its share, or may not hold any. */
  isReady(): boolean {
    return this.isSettled;
  }

  get owned(): number {
    return this.partitions.filter((partition) => partition.holds()).length;
  }

  /** To be called four times a lease. Never throws. */
  async tick(): Promise<void> {
    if (this.ticking) return;
    this.ticking = true;
    clearTimeout(this.early);
    try {
      this.tickEarly(await this.renew());
      this.said = false;
    } catch (error) {
      this.failed(error);
    } finally {
      this.ticking = false;
    }
  }

  /** Takes no more. */
  stop(): void {
    this.isLeaving = true;
    clearTimeout(this.early);
    for (const partition of this.partitions) partition.isClosing = true;
    this.options.changed();
  }

  /** Where nobody is left to read them: has nothing more added, and takes what was added last. */
  async drain(): Promise<void> {
    const { redis, limits } = this.options;
    const mine = this.partitions.filter(({ isMine }) => isMine);
    if (!this.isLast || mine.length === 0) return;
    const owners = mine.map(({ stream }) => [keys.partitionOwner(stream)]);
    try {
      await PARTITION_RELEASE.runForEach(redis, owners, [this.options.consumer, 2]);
      await Promise.all(
        mine.map(async (partition) => {
          const { position, stream } = partition;
          partition.add(await redis.xrange(stream, `(${position}`, '+', 'COUNT', limits.readCount), position);
        }),
      );
    } catch {
      // Redis is away: who asked repeats it.
    }
  }

  /** Gives all back. What is not finished is taken over at once. */
  async leave(): Promise<void> {
    this.isLeaving = true;
    const mine = this.partitions.filter(({ isMine }) => isMine);
    await Promise.all([
      this.release(mine.filter(({ isIdle }) => isIdle)),
      this.release(
        mine.filter(({ isIdle }) => !isIdle),
        true,
      ),
      this.options.redis.zrem(keys.partitionMembers(this.options.service), this.options.consumer),
    ]);
  }

  /** @returns ms until it is worth looking again; undefined: not before the next tick */
  private async renew(): Promise<number | undefined> {
    const { service, consumer, redis, limits } = this.options;
    const sentAt = performance.now();
    const [isNew, members] = (await PARTITION_MEMBERS.run(
      redis,
      [keys.partitionMembers(service)],
      [consumer, limits.leaseMs],
    )) as [number, (string | number)[]];
    if (isNew) {
      if (this.isMember) this.patientUntil = sentAt + limits.leaseMs;
      this.isMember = true;
      await this.count();
    }
    const others = new Map<string, number>();
    for (let i = 0; i < members.length; i += 2) others.set(String(members[i]), Number(members[i + 1]));
    const names = [...others.keys()].sort();
    const share = shareOf(names.indexOf(consumer), names.length, this.partitions.length);
    others.delete(consumer);
    this.isLast = others.size === 0;

    const heldAt = performance.now();
    const held = await this.hold((partition) => (partition.isMine ? 'hold' : 'look'));
    const found = this.partitions.map((partition, i) => ({ partition, held: held[i] ?? ([OTHERS, 0, ''] as Held) }));
    for (const { partition, held } of found) {
      if (!partition.isMine) continue;
      if (held[0] === 1) partition.renewed(heldAt + limits.leaseMs);
      else this.lost(partition);
    }
    if (this.isLeaving) return undefined;
    this.giveBack(share);
    const missing = await this.take(share, found);
    this.isSettled = true;
    const lapses = [...others.values(), ...found.map(({ held: [who, ms] }) => (who === OTHERS ? ms : Infinity))];
    return Math.min(missing > 0 ? WAIT_MS : Infinity, ...lapses.map((ms) => ms + 1));
  }

  /** Learns how many partitions there are. */
  private async count(): Promise<void> {
    const { redis, limits, service } = this.options;
    await redis.set(keys.partitions, this.partitions.length || limits.partitions, 'NX');
    const count = Number(await redis.get(keys.partitions));
    if (count === this.partitions.length || !(count > 0)) return;
    for (const partition of this.partitions) partition.lose();
    this.partitions = Array.from(
      { length: count },
      (_, place) =>
        new Partition(place, keys.partition(service, place), {
          ...this.options,
          readable: () => this.options.changed(),
          broken: (partition) => this.broken(partition),
        }),
    );
    this.options.replaced(this.partitions);
  }

  private async hold(
    wishOf: (partition: Partition) => string,
    partitions: readonly Partition[] = this.partitions,
  ): Promise<Held[]> {
    const { redis, consumer, limits } = this.options;
    const groups = partitions.map((partition) => ({
      keys: [partition.stream, keys.partitionOwner(partition.stream)],
      args: [wishOf(partition)],
    }));
    const shared = [consumer, limits.leaseMs, this.partitions.length];
    return (await PARTITION_HOLD.runForGroups(redis, groups, shared)) as Held[];
  }

  /** @returns how many are still missing to the share */
  private async take(share: number, found: readonly { partition: Partition; held: Held }[]): Promise<number> {
    const { limits, log, service } = this.options;
    let missing = share - this.partitions.filter(({ isMine, isClosing }) => isMine && !isClosing).length;
    if (missing <= 0) return 0;
    const isPatient = performance.now() < this.patientUntil;
    const free = found
      .filter(({ partition, held: [who] }) => !partition.isMine && (who === FREE || (who === LAPSED && !isPatient)))
      .slice(0, missing)
      .map(({ partition }) => partition);
    const sentAt = performance.now();
    const taken = await this.hold(() => (isPatient ? 'take' : 'reclaim'), free);
    let takenOver = 0;
    for (const [i, partition] of free.entries()) {
      const [who, , last] = taken[i] ?? [OTHERS, 0, ''];
      if (who !== TAKEN && who !== RECLAIMED) continue;
      if (who === RECLAIMED) takenOver += 1;
      await partition.taken(sentAt + limits.leaseMs, who === RECLAIMED ? last : undefined);
      missing -= 1;
      this.options.changed(partition);
    }
    if (takenOver > 0) log.info({ work: service, partitions: takenOver }, 'took over partitions');
    return missing;
  }

  /** Gives back what is more than the share, each once it is finished. */
  private giveBack(share: number): void {
    const mine = this.partitions.filter(({ isMine, isClosing }) => isMine && !isClosing);
    for (const partition of mine.slice(share)) {
      partition.isClosing = true;
      this.options.changed(partition);
      partition
        .whenIdle()
        .then(() => this.release([partition]))
        // Redis is away: it is free when its lease is over.
        .catch(() => undefined);
    }
  }

  private async release(partitions: readonly Partition[], isUnfinished = false): Promise<void> {
    const { redis, consumer } = this.options;
    const mine = partitions.filter(({ isMine }) => isMine);
    const owners = mine.map(({ stream }) => [keys.partitionOwner(stream)]);
    for (const partition of mine) {
      partition.lose();
      this.options.changed(partition);
    }
    await PARTITION_RELEASE.runForEach(redis, owners, [consumer, isUnfinished ? 1 : 0]);
  }

  /** Its handler is stuck, or what became of a request could not be told: it is taken over, by whoever is first. */
  private broken(partition: Partition): void {
    this.options.log.warn({ stream: partition.stream }, 'a partition is given up, to be taken over from its beginning');
    this.release([partition], true)
      .catch(() => undefined)
      .finally(() => void this.tick());
  }

  private lost(partition: Partition): void {
    this.options.log.warn({ stream: partition.stream }, 'the lease of a partition is lost');
    partition.lose();
    this.options.changed(partition);
  }

  /** Looks before the next tick where that helps. */
  private tickEarly(inMs: number | undefined): void {
    if (inMs === undefined || inMs >= this.options.limits.leaseMs / 4 || this.isLeaving) return;
    this.early = setTimeout(() => void this.tick(), Math.max(1, inMs));
  }

  /** Logs a failure once. That Redis is away is logged elsewhere. */
  private failed(error: unknown): void {
    // Rights of a version before: work goes the way that it went before.
    if (isRedisMisconfigured(error)) this.isSettled = true;
    if (this.said || (isRedisUnavailable(error) && !isRedisMisconfigured(error))) return;
    this.said = true;
    this.options.log.error(
      { work: this.options.service, error: String(error) },
      'holding partitions failed, trying again',
    );
  }
}

/** How many of `count` are for the one at `place` of `members`. */
function shareOf(place: number, members: number, count: number): number {
  return Math.floor(count / members) + (place < count % members ? 1 : 0);
}
