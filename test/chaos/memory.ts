/** A process' memory after a garbage collection, in bytes. */
export interface MemorySample {
  atMs: number;
  /** All that is resident. */
  rss: number;
  /** Live JavaScript objects. */
  heap: number;
}

export interface Growth {
  rssPerMinute: number;
  heapPerMinute: number;
  /** More than what outages and fragmentation move. */
  isGrowing: boolean;
}

/** From its start on a process fills caches and compiles; what counts comes after. */
const WARM_UP_MS = 60_000;
const OBSERVED_MS = 90_000;
/** Pages come back late and in pieces. */
const RSS_SWING = 48 * 2 ** 20;
const HEAP_SWING = 8 * 2 ** 20;

/**
 * Judges the memory of one life of a process.
 * @returns undefined when it did not live long enough after its warm-up to tell
 */
export function growthOf(samples: readonly MemorySample[]): Growth | undefined {
  const first = samples[0]?.atMs ?? 0;
  const warm = samples.filter(({ atMs }) => atMs >= first + WARM_UP_MS);
  const span = (warm.at(-1)?.atMs ?? 0) - (warm[0]?.atMs ?? 0);
  if (span < OBSERVED_MS) return undefined;
  return {
    rssPerMinute: medianSlope(warm, 'rss') * 60_000,
    heapPerMinute: medianSlope(warm, 'heap') * 60_000,
    isGrowing: steadySlope(warm, 'rss') * span > RSS_SWING || steadySlope(warm, 'heap') * span > HEAP_SWING,
  };
}

/** The smaller slope of both halves: a leak goes on, while an outage's burst of buffers leaves one step behind. */
function steadySlope(samples: readonly MemorySample[], what: 'rss' | 'heap'): number {
  const half = Math.floor(samples.length / 2);
  return Math.min(medianSlope(samples.slice(0, half), what), medianSlope(samples.slice(half), what));
}

/** The median of the slopes between all pairs (Theil–Sen), a millisecond: single swings do not move it. */
function medianSlope(samples: readonly MemorySample[], what: 'rss' | 'heap'): number {
  const slopes = samples.flatMap((a, i) => samples.slice(i + 1).map((b) => (b[what] - a[what]) / (b.atMs - a.atMs)));
  slopes.sort((a, b) => a - b);
  return slopes[Math.floor(slopes.length / 2)] ?? 0;
}
