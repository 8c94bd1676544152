import { atEndOfTurn, isRedisMisconfigured, keys, type Redis } from '@app/redis';
import type { StreamsLimits } from '../limits';
import { overloaded, type Refusals } from '../outbox';
import { PARTITION_ADD } from '../scripts';
import { requestsField } from '../wire';
import type { Ordered, Place } from './ordered';

/** What PARTITION_ADD says in place of a number. */
const NOBODY = -1;
const TOO_LONG = -2;
/** For how long it is known what the streams hold. */
const LENGTHS_MS = 250;

export function newPlace(stream: string): Place {
  return { stream, isHeld: false, queue: [], isAdding: false };
}

interface Batch {
  place: Place;
  requests: Ordered[];
  /** How many requests are in each entry. */
  sizes: number[];
  entries: string[];
}

export interface PartitionOutboxOptions {
  redis: Redis;
  service: string;
  limits: StreamsLimits;
  refusals: Refusals;
  /** Given what could not be added, as nobody reads the partition. */
  unread(requests: Ordered[]): void;
  /** Whether so little is on its way that no stream is filled with it. */
  hasFew(): boolean;
}

/** Adds requests to a service's partitions: those of one turn in one write. */
export class PartitionOutbox {
  private due = new Set<Place>();
  /** What the streams of the service held when that was asked last, and what was added here since. */
  private readonly lengths = new Map<string, number>();
  private lengthsAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: PartitionOutboxOptions) {}

  /** @param places all partitions */
  add(place: Place, request: Ordered, places: readonly Place[]): void {
    place.queue.push(request);
    this.schedule(place, places);
  }

  private schedule(place: Place, places: readonly Place[]): void {
    if (place.isAdding) return;
    if (this.due.size === 0) atEndOfTurn(() => this.send(places));
    this.due.add(place);
  }

  private send(places: readonly Place[]): void {
    const { due } = this;
    this.due = new Set();
    const batches: Batch[] = [];
    for (const place of due) {
      const requests = place.queue.filter(({ isOver }) => !isOver);
      place.queue = [];
      if (requests.length === 0) continue;
      place.isAdding = true;
      batches.push({ place, requests, ...this.packed(requests) });
    }
    if (this.options.redis.isCluster) for (const batch of batches) void this.write([batch], places);
    else if (batches.length > 0) void this.write(batches, places);
  }

  private async write(batches: readonly Batch[], places: readonly Place[]): Promise<void> {
    const groups = batches.map(({ place, entries }) => ({
      keys: [place.stream, keys.partitionOwner(place.stream)],
      args: [this.others(place), entries.length, ...entries],
    }));
    try {
      const added = await PARTITION_ADD.runForGroups(this.options.redis, groups, [
        places.length,
        this.options.limits.maxLength,
      ]);
      for (const [i, batch] of batches.entries()) {
        if (added[i] === TOO_LONG) void this.ask(batch, places);
        else this.written(batch, added[i] as number, places);
      }
    } catch (error) {
      for (const batch of batches) this.failed(batch, error, places);
    }
  }

  /** Learns what the other streams hold, and tries again. */
  private async ask(batch: Batch, places: readonly Place[]): Promise<void> {
    try {
      await this.learnLengths(places);
      batch.place.queue.unshift(...batch.requests);
      this.goOn(batch.place, places);
    } catch (error) {
      this.failed(batch, error, places);
    }
  }

  private goOn(place: Place, places: readonly Place[]): void {
    place.isAdding = false;
    if (place.queue.length > 0) this.schedule(place, places);
  }

  private written({ place, requests, sizes }: Batch, added: number, places: readonly Place[]): void {
    if (added === NOBODY) this.nobody(place, requests);
    else {
      this.lengths.set(place.stream, (this.lengths.get(place.stream) ?? 0) + added);
      let at = 0;
      for (const size of sizes.slice(0, added)) at += size;
      for (const request of requests.slice(at)) request.failed(overloaded());
    }
    this.goOn(place, places);
  }

  private nobody(place: Place, requests: readonly Ordered[]): void {
    place.isHeld = false;
    // What came meanwhile is behind it.
    const all = [...requests, ...place.queue];
    place.queue = [];
    this.options.unread(all);
  }

  private failed({ place, requests }: Batch, error: unknown, places: readonly Place[]): void {
    // Rights of a version before: it is the other way that works.
    if (isRedisMisconfigured(error)) this.nobody(place, requests);
    else {
      const refusal = this.options.refusals.of(error, place.stream);
      for (const request of requests) request.failed(refusal);
    }
    this.goOn(place, places);
  }

  /** What the other streams hold; -1: not known; -2: it need not be known, nor what this one holds. */
  private others(place: Place): number {
    if (this.options.hasFew()) return -2;
    if (performance.now() - this.lengthsAt > LENGTHS_MS) return -1;
    let sum = 0;
    for (const [stream, length] of this.lengths) if (stream !== place.stream) sum += length;
    return sum;
  }

  /** Only a partition that holds more than its share asks. */
  private async learnLengths(places: readonly Place[]): Promise<void> {
    const streams = [keys.work(this.options.service), ...places.map(({ stream }) => stream)];
    const lengths = await Promise.all(streams.map((stream) => this.options.redis.xlen(stream)));
    this.lengths.clear();
    for (const [i, stream] of streams.entries()) this.lengths.set(stream, lengths[i] ?? 0);
    this.lengthsAt = performance.now();
  }

  /** Several requests share an entry. */
  private packed(requests: readonly Ordered[]): Pick<Batch, 'entries' | 'sizes'> {
    const entries: string[] = [];
    const sizes: number[] = [];
    let texts: string[] = [];
    let chars = 0;
    const close = () => {
      entries.push(requestsField(texts));
      sizes.push(texts.length);
    };
    for (const { request } of requests) {
      const text = JSON.stringify(request);
      if (
        texts.length > 0 &&
        (texts.length >= this.options.limits.batchRequests || chars + text.length > this.options.limits.batchChars)
      ) {
        close();
        texts = [];
        chars = 0;
      }
      texts.push(text);
      chars += text.length;
    }
    close();
    return { entries, sizes };
  }
}
