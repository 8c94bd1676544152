/** Every limit and interval of the work transport. Durations are milliseconds. */
export interface StreamsLimits {
  /** How long a caller waits for an answer, and how long a query is worth handling. */
  timeoutMs: number;
  /** Entries of a service's streams not handled yet, past which callers get `overloaded`. */
  maxLength: number;
  /** Into how many partitions work is divided that is done in order; what the database has stored wins. 0: reads none. */
  partitions: number;
  /** Requests that share an entry, or a call of a batch handler, at most. */
  batchRequests: number;
  /** Characters of requests that share an entry at most; a larger one has an entry of its own. */
  batchChars: number;
  /** Requests that a replica handles at once. */
  concurrency: number;
  /** Entries that a replica takes in one read. */
  readCount: number;
  /** How long a read waits in Redis for work. */
  blockMs: number;
  /** Lease of a replica, renewed four times while it lasts; its work is taken over once it is over. */
  leaseMs: number;
  /** A handler that takes longer counts as stuck: its entry is given to another. */
  handlerTimeoutMs: number;
  /**
   * Tries of a failing request, those that ended a process included, before it goes to `work:dead`. Below 3, what is
   * handled beside a request that ends the process twice becomes a dead letter with it.
   */
  maxDeliveries: number;
  /** Pause before the second try; doubles with each. */
  retryMs: number;
  /** Longest pause between two tries. */
  retryMaxMs: number;
  /** Entries that `work:dead` keeps, roughly. */
  deadMax: number;
  /** How long `close` waits for what is in flight. */
  graceMs: number;
  /** A connection that should answer and does not for so long is made anew. */
  silenceMs: number;
}

export const DEFAULT_STREAMS_LIMITS: Readonly<StreamsLimits> = {
  timeoutMs: 5000,
  maxLength: 10_000,
  partitions: 16,
  batchRequests: 64,
  batchChars: 256 * 1024,
  concurrency: 256,
  readCount: 64,
  blockMs: 1000,
  leaseMs: 2000,
  handlerTimeoutMs: 30_000,
  maxDeliveries: 5,
  retryMs: 200,
  retryMaxMs: 10_000,
  deadMax: 10_000,
  graceMs: 5000,
  silenceMs: 5000,
};
