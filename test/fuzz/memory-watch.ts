import type { ServiceProcess } from '@app/testing';

/** From and to, in bytes: medians of the second and of the last quarter of a run. */
export interface Figures {
  name: string;
  heap: [from: number, to: number];
  rss: [from: number, to: number];
  isGrowing: boolean;
}

/** What caches and fragmentation may move. */
const HEAP_SWING = 8 * 2 ** 20;
const RSS_SWING = 48 * 2 ** 20;

/** Follows the memory of processes, each time after a garbage collection. */
export class MemoryWatch {
  private readonly samples: { rss: number; heap: number }[][];

  constructor(private readonly processes: readonly ServiceProcess[]) {
    this.samples = processes.map(() => []);
  }

  async sample(): Promise<void> {
    const taken = await Promise.all(this.processes.map((process) => process.memory()));
    for (const [i, sample] of taken.entries()) this.samples[i]?.push(sample);
  }

  figures(): Figures[] {
    return this.processes.map(({ name, port }, i) => {
      const samples = this.samples[i] ?? [];
      const between = (what: 'rss' | 'heap', from: number, to: number) =>
        median(samples.slice(Math.floor(from * samples.length), Math.ceil(to * samples.length)).map((s) => s[what]));
      const of = (what: 'rss' | 'heap'): [number, number] => [between(what, 0.25, 0.5), between(what, 0.75, 1)];
      const [heap, rss] = [of('heap'), of('rss')];
      const isGrowing = heap[1] - heap[0] > HEAP_SWING || rss[1] - rss[0] > RSS_SWING;
      return { name: `${name}:${port}`, heap, rss, isGrowing };
    });
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
