import type { WireRequest } from './wire';

/** Where an entry comes from and who keeps it pending. */
export interface EntrySource {
  readonly stream: string;
  /** Events are facts, not questions: nobody hears of their failure, so all failures are tried again. */
  readonly kind: 'work' | 'events';
  /** Whether entries are delivered by the consumer group, and acknowledged to it. */
  readonly hasGroup: boolean;
  /** Whether a script that handles a request may remove its entry: both lie on one server. */
  readonly isFinishedByScripts?: boolean;
  /** Whether this replica's lease is known to last: without it others may be handling what is pending here. */
  holds(): boolean;
  /** Counts this delivery in Redis: an entry that then ends this process is known for it. */
  charge(entry: Entry): Promise<void>;
  /** The entry is finished and gone from Redis, or has been given up. */
  release(entry: Entry): void;
}

/** A pending entry of this replica. */
export interface Entry {
  readonly source: EntrySource;
  readonly id: string;
  readonly requests: readonly WireRequest[];
  /** When the work was first added, ms on Redis' clock. */
  readonly at: number;
  /** Tries before this delivery. */
  readonly prior: number;
  /** Deliveries as Redis counts them. */
  readonly deliveries: number;
  /** Whether they include this one. */
  charged: boolean;
  /** Requests not finished yet. */
  open: number;
  /** Somebody else has it, or will: nothing of it is started here any more. */
  lost: boolean;
  /** When it was last renewed in Redis (monotonic ms). */
  renewedAt: number;
  /** The shared entry that this is a part of: that one is gone from Redis when all of its parts are finished. */
  readonly whole?: Entry;
}

/** What a replica counts since it started. */
export interface StreamsCounters {
  /** Requests answered, typed errors included, and events done. */
  handled: number;
  /** Queries dropped because their caller had given up. */
  expired: number;
  /** Events of a later version, acknowledged unhandled. */
  ignored: number;
  /** Tries after a failure. */
  retried: number;
  /** Entries taken over. */
  takenOver: number;
  /** Requests sent to `work:dead`. */
  dead: number;
}

export interface StreamsStats extends StreamsCounters {
  /** Requests being handled now, or about to be. */
  inFlight: number;
}
