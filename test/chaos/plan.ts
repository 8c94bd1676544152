import { SERVICES, type ServiceName } from '@app/contracts';
import type { RedisKind } from '../../scripts/lib/test/redis-kinds.mjs';
import type { Random } from './random';

export type Service = 'gateway' | ServiceName;

/** The processes of a run: two of each service. */
export const PROCESSES = (['gateway', ...SERVICES] as const).flatMap((service) =>
  [1, 2].map((n) => ({ service, name: `${service}-${n}` })),
);
const ALL = PROCESSES.map(({ name }) => name);
const of = (service: Service) => ALL.filter((name) => name.startsWith(service));
/** One replica of each: only these pay for a clock that can be put wrong. */
export const WITH_OWN_CLOCK: readonly string[] = ALL.filter((name) => name.endsWith('2'));

interface KindOf {
  /** What it may befall. */
  targets: readonly string[];
  /** Nothing else befalls these meanwhile; `*` is the target. */
  holds: readonly string[];
  /** Longest, in ms; a short run has shorter ones. */
  maxMs: number;
  /** What kinds of Redis it may befall; all when not said. */
  on?: readonly RedisKind[];
}

/** Every kind of fault; each happens in every run. */
export const KINDS = {
  'gateway killed': { targets: of('gateway'), holds: ['*'], maxMs: 3000 },
  'messages killed': { targets: of('messages'), holds: ['*'], maxMs: 3000 },
  'rooms killed': { targets: of('rooms'), holds: ['*'], maxMs: 3000 },
  'auth killed': { targets: of('auth'), holds: ['*'], maxMs: 3000 },
  'process stopped': { targets: ALL, holds: ['*'], maxMs: 40_000 },
  'clock off': { targets: WITH_OWN_CLOCK, holds: ['clock of *'], maxMs: 20_000 },
  'Redis killed': { targets: ['Redis'], holds: ['Redis'], maxMs: 6000 },
  'Redis frozen': { targets: ['Redis'], holds: ['Redis'], maxMs: 12_000 },
  'master killed': { targets: ['Redis'], holds: ['Redis'], maxMs: 8000, on: ['cluster', 'sentinel'] },
  'master frozen': { targets: ['Redis'], holds: ['Redis'], maxMs: 8000, on: ['cluster', 'sentinel'] },
  'replicas killed': { targets: ['Redis'], holds: ['Redis'], maxMs: 6000, on: ['cluster', 'sentinel'] },
  'slots moved': { targets: ['Redis'], holds: ['Redis'], maxMs: 1000, on: ['cluster'] },
  'subscribers killed': { targets: ['Redis'], holds: ['Redis'], maxMs: 1000 },
  'client links cut': { targets: of('gateway'), holds: ['links to *'], maxMs: 1000 },
  'client links half-open': { targets: of('gateway'), holds: ['links to *'], maxMs: 50_000 },
  'client links slow': { targets: of('gateway'), holds: ['links to *'], maxMs: 15_000 },
  'Redis link cut': { targets: ALL, holds: ['Redis of *'], maxMs: 1000 },
  'Redis link half-open': { targets: ALL, holds: ['Redis of *'], maxMs: 20_000 },
  'Redis link slow': { targets: ALL, holds: ['Redis of *'], maxMs: 15_000 },
  'stream full': { targets: ['messages'], holds: of('messages'), maxMs: 8000 },
  'handler throws': { targets: ['messages'], holds: ['rights of messages'], maxMs: 6000 },
} as const satisfies Record<string, KindOf>;

export type FaultKind = keyof typeof KINDS;
export const FAULT_KINDS = Object.keys(KINDS) as FaultKind[];

/** Those that may befall a kind of Redis. */
export function faultKindsOn(redis: RedisKind): FaultKind[] {
  return FAULT_KINDS.filter((kind) => {
    const { on }: KindOf = KINDS[kind];
    return on === undefined || on.includes(redis);
  });
}

export interface PlannedFault {
  kind: FaultKind;
  target: string;
  /** From the start of the run. */
  startMs: number;
  durationMs: number;
}

/** Faults at the same time. */
const LANES = 3;
/** A run that is long enough begins with each kind by itself: what recovery takes shows only then. */
const ALONE_MS = 10_000;
const MIN_DURATION_MS = 500;

/**
 * Draws the faults of a run: each kind at least once, several at a time, never two on the same thing.
 * @param totalMs how long faults are injected
 * @param kinds of which they are drawn
 * @returns in order of their start
 */
export function planFaults(
  random: Random,
  totalMs: number,
  kinds: readonly FaultKind[] = faultKindsOn('standalone'),
): PlannedFault[] {
  const hasOverture = totalMs >= 1.7 * ALONE_MS * kinds.length;
  const overture = hasOverture ? planOverture(random, kinds) : [];
  const from = overture.length * ALONE_MS;
  return [...overture, ...planMix(random, from, totalMs, kinds)].sort((a, b) => a.startMs - b.startMs);
}

function planOverture(random: Random, kinds: readonly FaultKind[]): PlannedFault[] {
  return random.shuffle(kinds).map((kind, i) => ({
    kind,
    target: random.pick<string>(KINDS[kind].targets),
    startMs: i * ALONE_MS,
    durationMs: Math.min(KINDS[kind].maxMs, random.between(2000, 4000)),
  }));
}

function planMix(random: Random, fromMs: number, totalMs: number, kinds: readonly FaultKind[]): PlannedFault[] {
  const planned: PlannedFault[] = [];
  const lanes = Array.from({ length: LANES }, () => fromMs);
  const slotMs = ((totalMs - fromMs) * LANES) / (kinds.length * 1.1);
  let deck: FaultKind[] = [];
  for (let round = 0; ; ) {
    const lane = lanes.indexOf(Math.min(...lanes));
    const earliest = (lanes[lane] ?? 0) + random.between(0.1, 0.4) * slotMs;
    if (deck.length === 0) {
      if (round++ > 0 && earliest + slotMs / 2 > totalMs) break;
      deck = random.shuffle(kinds);
    }
    // Later rounds end with the time, wherever they are.
    if (round > 1 && earliest + slotMs / 2 > totalMs) break;
    const fault = place(deck.pop() as FaultKind, earliest, slotMs, planned, random);
    planned.push(fault);
    lanes[lane] = fault.startMs + fault.durationMs;
  }
  return planned;
}

function place(
  kind: FaultKind,
  earliestMs: number,
  slotMs: number,
  planned: readonly PlannedFault[],
  random: Random,
): PlannedFault {
  const longest = Math.min(KINDS[kind].maxMs, kind === 'process stopped' ? 1.5 * slotMs : slotMs * 0.6);
  const durationMs = random.between(Math.max(MIN_DURATION_MS, longest / 3), longest);
  const options = random.shuffle<string>(KINDS[kind].targets).map((target) => {
    const fault: PlannedFault = { kind, target, startMs: earliestMs, durationMs };
    for (
      let other = planned.find((one) => clash(one, fault));
      other;
      other = planned.find((one) => clash(one, fault))
    ) {
      fault.startMs = other.startMs + other.durationMs + 1;
    }
    return fault;
  });
  return options.reduce((best, option) => (option.startMs < best.startMs ? option : best));
}

function clash(a: PlannedFault, b: PlannedFault): boolean {
  const meet = a.startMs <= b.startMs + b.durationMs && b.startMs <= a.startMs + a.durationMs;
  return meet && heldBy(a).some((thing) => heldBy(b).includes(thing));
}

/** What a fault befalls; no other may at the same time. */
export function heldBy({ kind, target }: PlannedFault): string[] {
  return KINDS[kind].holds.map((thing) => thing.replace('*', target));
}
