import type { RunningSystem } from '../systems/system';
import { medians, type Slope, slopeOf } from './slope';

/** What a process occupied after a garbage collection, in bytes. */
export interface MemorySample {
  process: string;
  atMs: number;
  resident: number;
  /** Live JavaScript objects, and buffers beside them; Redis: what its data and clients occupy. */
  heap: number;
  code: number;
}

const STRETCH_MS = 60_000;

/** Asks each process of a system. */
export async function sampleMemory({ gateways, others, redis }: RunningSystem): Promise<MemorySample[]> {
  const atMs = performance.now();
  const named = [...gateways.map((child, n) => [`gateway ${n + 1}`, child] as const), ...Object.entries(others)];
  return Promise.all(
    named.map(async ([process, child]) => {
      if (process !== 'redis') return { process, atMs, ...(await child.memory()) };
      const info = (await redis?.client.info('memory')) ?? '';
      const [resident, heap] = ['used_memory_rss', 'used_memory'].map((name) =>
        Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]),
      ) as [number, number];
      return { process, atMs, resident, heap, code: 0 };
    }),
  );
}

export interface Growth {
  process: string;
  /** At the end of the warm-up and at the end of it all: medians of a minute. */
  first: { resident: number; heap: number };
  last: { resident: number; heap: number };
  resident: Slope;
  heap: Slope;
  code: Slope;
}

/** How each process' memory grew after a moment; those are left out that were there too briefly. */
export function growthOf(samples: readonly MemorySample[], fromMs: number): Growth[] {
  const names = [...new Set(samples.map(({ process }) => process))];
  return names.flatMap((process) => {
    const own = samples.filter((sample) => sample.process === process && sample.atMs >= fromMs);
    const of = (what: 'resident' | 'heap' | 'code') =>
      medians(
        own.map((sample) => [sample.atMs, sample[what]]),
        STRETCH_MS,
      );
    const points = { resident: of('resident'), heap: of('heap') };
    const [resident, heap, code] = [points.resident, points.heap, of('code')].map(slopeOf);
    if (!resident || !heap || !code) return [];
    const at = (n: number) => ({ resident: points.resident.at(n)?.[1] ?? NaN, heap: points.heap.at(n)?.[1] ?? NaN });
    return [{ process, first: at(0), last: at(-1), resident, heap, code }];
  });
}
