import { type Guarantee, lostInCrashes, type Violation } from './checker';
import type { Growth } from './memory';
import { FAULT_KINDS, type FaultKind } from './plan';
import type { RunRecord, Span } from './record';
import type { InjectedFault, Recovery } from './recovery';

export interface Findings {
  record: RunRecord;
  faults: readonly InjectedFault[];
  /** Kinds that this machine cannot do, and why. */
  leftOut: ReadonlyMap<FaultKind, string>;
  recoveries: ReadonlyMap<FaultKind, Recovery>;
  /** Each client's interruptions. */
  interruptions: readonly (readonly Span[])[];
  /** ms from storing to showing, over all clients. */
  delays: readonly number[];
  /** Of the longest life of each process; no growth: too short to judge. */
  memory: readonly { name: string; rss: number; growth: Growth | undefined }[];
  violations: readonly Violation[];
}

/** The table of a run. */
export function table(findings: Findings): string {
  const { record, violations } = findings;
  const sent = record.clients.flatMap((client) => client.sent);
  const changed = record.clients.flatMap((client) => client.changed);
  const demoSent = record.clients.find(({ kind }) => kind === 'demo')?.sent.length ?? 0;
  const stored = record.rooms.reduce((sum, room) => sum + room.stored.length, 0);
  const broken = (...guarantees: Guarantee[]) =>
    String(violations.filter(({ guarantee }) => guarantees.includes(guarantee)).length);
  const longest = Math.max(0, ...findings.interruptions.flat().map(({ from, to }) => to - from));
  const delays = [...findings.delays].sort((a, b) => a - b);
  const rows: [string, string][] = [
    ['messages sent', `${sent.length}, ${demoSent} of them by the demo's client, unacknowledged`],
    ['acknowledged', String(sent.filter(({ settledAt }) => settledAt !== undefined).length)],
    ['stored', String(stored)],
    [
      'edits and deletions',
      `${changed.length}, ${changed.filter(({ settledAt }) => settledAt !== undefined).length} settled`,
    ],
    ['refused while the handler threw', String(sent.filter(({ refused }) => refused.length > 0).length)],
    ['lost', broken('lost', 'never settled')],
    ['lost in crashes or failovers', String(lostInCrashes(record))],
    ['duplicated', broken('duplicated')],
    ['out of order', broken('out of order', 'seq not contiguous')],
    ['leaked', broken('leaked', 'phantom')],
    ['views unlike what is stored', broken('view differs')],
    ['presence wrong', broken('presence wrong')],
    ['dead letters, all explained', `${record.dead.length}, ${broken('dead letter') === '0' ? 'yes' : 'no'}`],
    ['other violations', broken('pending work', 'exit by itself', 'memory grows', 'wrong answer', 'refused')],
    ['longest outage seen by a client', seconds(longest)],
    ['stored to shown, median and p99', `${ms(at(delays, 0.5))}, ${seconds(at(delays, 0.99))}`],
  ];
  return [
    ...(findings.faults.length > 0 ? [...faultRows(findings), ''] : []),
    ...rows.map(([what, value]) => `${what.padEnd(34)} ${value}`),
    '',
    ...memoryRows(findings),
  ].join('\n');
}

/** What to say of a broken guarantee: how to see it again, and the first message that shows it. */
export function verdict(seed: number, violations: readonly Violation[]): string {
  const [first] = violations;
  if (!first) return `Every guarantee held (seed ${seed}).`;
  const message = first.messageId ? `, first message ${first.messageId}` : '';
  const kinds = [...new Set(violations.map(({ guarantee }) => guarantee))].join(', ');
  return `Broken (seed ${seed}): ${violations.length} times ${kinds}\n${first.guarantee}${message}: ${first.where}`;
}

function faultRows({ faults, recoveries, leftOut }: Findings): string[] {
  const head = `${'fault'.padEnd(24)} ${'times'.padStart(5)}   recovery of clients: how many, median, max`;
  const happened = FAULT_KINDS.filter((kind) => leftOut.has(kind) || faults.some((fault) => fault.kind === kind));
  const rows = happened.map((kind) => {
    const times = String(faults.filter((fault) => fault.kind === kind).length);
    const recovery = recoveries.get(kind);
    const name = kind.padEnd(24);
    if (leftOut.has(kind)) return `${name} ${'0'.padStart(5)}   left out: ${leftOut.get(kind)}`;
    if (!recovery || recovery.clients === 0) return `${name} ${times.padStart(5)}   nobody waited`;
    const { clients, medianMs, maxMs, isAlone } = recovery;
    const figures = [String(clients).padStart(4), seconds(medianMs).padStart(8), seconds(maxMs).padStart(8)];
    return `${name} ${times.padStart(5)}   ${figures.join(' ')}${isAlone ? '' : '  (among other faults)'}`;
  });
  return [head, ...rows];
}

function memoryRows({ memory }: Findings): string[] {
  return memory.map(({ name, rss, growth }) => {
    const slope = growth
      ? `${mib(growth.rssPerMinute)} MiB/min, heap ${mib(growth.heapPerMinute)} MiB/min`
      : 'too short to judge';
    return `${`memory of ${name}`.padEnd(34)} ${mib(rss)} MiB, ${slope}`;
  });
}

function at(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const ms = (value: number) => `${Math.round(value)} ms`;
const seconds = (value: number) => (Number.isFinite(value) ? `${(value / 1000).toFixed(1)} s` : 'for ever');
