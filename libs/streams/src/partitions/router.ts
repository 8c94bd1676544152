import { keys, type Redis } from '@app/redis';
import type { StreamsLimits } from '../limits';
import type { Refusals } from '../outbox';
import { PARTITION_HELD } from '../scripts';
import type { Lane, Ordered, Place } from './ordered';
import { partitionNumber } from './partition-number';
import { newPlace, PartitionOutbox } from './partition-outbox';

/** Where partitions are not read, they are looked at again no more often, and only when something is asked. */
const LOOK_MS = 100;

/** Whoever has so few requests on their way fills no stream: it need not be looked at how long it is. */
const FEW = 8;

export interface RouterOptions {
  service: string;
  redis: Redis;
  limits: StreamsLimits;
  refusals: Refusals;
  /** Adds a request to the stream that every replica reads, which keeps no order. */
  unordered(request: Ordered): void;
}

/**
 * Brings requests that are handled in the order of their room to its partition: there order is the stream's, and nothing has to be
 * waited for. While nobody reads the partition (only replicas of the version before, or none) they take the stream that every
 * replica reads, and those of one lane one at a time. A lane changes its way when nothing of it is on the other.
 */
export class Router {
  private places: readonly Place[] = [];
  private readonly lanes = new Map<string, Lane>();
  private readonly outbox: PartitionOutbox;
  private looking = false;
  private lookedAt = Number.NEGATIVE_INFINITY;
  private unanswered = 0;

  constructor(private readonly options: RouterOptions) {
    const { redis, service, limits, refusals } = options;
    this.outbox = new PartitionOutbox({
      ...{ redis, service, limits, refusals },
      unread: (requests) => this.sendAgain(requests),
      hasFew: () => this.unanswered <= FEW,
    });
    redis.on('ready', () => void this.look());
    if (redis.status === 'ready') void this.look();
  }

  /** A lane by its name, for requests to come. */
  lane(name: string): Lane {
    let lane = this.lanes.get(name);
    if (!lane) {
      lane = { name, onTheirWay: 0, waiting: [] };
      this.lanes.set(name, lane);
    }
    return lane;
  }

  send(request: Ordered): void {
    this.unanswered += 1;
    this.bring(request);
  }

  private bring(request: Ordered): void {
    const { lane } = request;
    if (lane && lane.waiting.length > 0) lane.waiting.push(request);
    else if (!this.sent(request)) lane?.waiting.push(request);
  }

  /** To be called when a request is answered, has failed, or is given up by its caller. */
  over(request: Ordered): void {
    if (request.isOver) return;
    request.isOver = true;
    this.unanswered -= 1;
    const { lane } = request;
    if (!lane) return;
    if (request.isSent) lane.onTheirWay -= 1;
    this.goOn(lane);
  }

  /** @returns false: those before it in its lane have to be over first */
  private sent(request: Ordered): boolean {
    const { lane } = request;
    const way = this.wayOf(request);
    if (lane) {
      if (lane.onTheirWay > 0 && (lane.way !== way || way === undefined)) return false;
      lane.way = way;
      lane.onTheirWay += 1;
    }
    request.isSent = true;
    if (way) this.outbox.add(way, request, this.places);
    else this.options.unordered(request);
    return true;
  }

  private wayOf({ room }: Ordered): Place | undefined {
    const place = this.places[partitionNumber(room, this.places.length)];
    if (place?.isHeld) return place;
    if (performance.now() - this.lookedAt > LOOK_MS) void this.look();
    return undefined;
  }

  private goOn(lane: Lane): void {
    for (let next = lane.waiting[0]; next; next = lane.waiting[0]) {
      if (!next.isOver && !this.sent(next)) return;
      lane.waiting.shift();
    }
    if (lane.onTheirWay === 0) this.lanes.delete(lane.name);
  }

  /** Nobody reads their partition any more: nothing of them was added. */
  private sendAgain(requests: readonly Ordered[]): void {
    const lanes = new Set<Lane>();
    for (const request of requests.toReversed()) {
      if (request.isOver) continue;
      request.isSent = false;
      const { lane } = request;
      if (!lane) continue;
      lane.onTheirWay -= 1;
      lane.waiting.unshift(request);
      lanes.add(lane);
    }
    for (const request of requests) if (!request.isOver && !request.lane) this.bring(request);
    for (const lane of lanes) this.goOn(lane);
  }

  /** Learns how many partitions there are, and which of them are read. */
  private async look(): Promise<void> {
    const { redis, service } = this.options;
    if (this.looking) return;
    this.looking = true;
    this.lookedAt = performance.now();
    try {
      const count = Number((await redis.get(keys.partitions)) ?? 0);
      if (count !== this.places.length) {
        for (const place of this.places) place.isHeld = false;
        this.places = Array.from({ length: count }, (_, i) => newPlace(keys.partition(service, i)));
      }
      const { places } = this;
      const owners = places.map(({ stream }) => [keys.partitionOwner(stream)]);
      const held = await PARTITION_HELD.runForEach(redis, owners, [count]);
      for (const [i, place] of places.entries()) place.isHeld = held[i] === 1;
    } catch {
      // Redis is away, or its user has the rights of a version before: the other way stays.
    } finally {
      this.looking = false;
    }
  }
}
