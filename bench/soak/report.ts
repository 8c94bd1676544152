import { shown } from '../report/markdown';
import type { Growth } from './memory';
import type { Slope } from './slope';

const MIB = 2 ** 20;

/** How each process' memory grew, as a table. */
export function growthTable(growth: readonly Growth[]): string {
  const rows = growth.map(({ process, first, last, resident, heap, code }) =>
    [
      process,
      `${mib(first.resident)} → ${mib(last.resident)}`,
      slope(resident),
      `${mib(first.heap)} → ${mib(last.heap)}`,
      slope(heap),
      mib(code.perHour),
    ].join(' | '),
  );
  const head = 'process | resident, MiB | slope, MiB/hour | heap without code, MiB | slope, MiB/hour | code, MiB/hour';
  return [head, '---|--:|--:|--:|--:|--:', ...rows].map((row) => `| ${row} |`).join('\n');
}

/** What of a core each process used. */
export function cpuTable(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, ms: number): string {
  const shares = [...after].map(([name, used]) => `${name} ${shown(((used - (before.get(name) ?? 0)) / ms) * 100)} %`);
  return `CPU, of a core: ${shares.join(', ')}`;
}

const mib = (bytes: number) => (bytes / MIB).toFixed(1);
const slope = ({ perHour, low, high }: Slope) => `${mib(perHour)} (${mib(low)} to ${mib(high)})`;
