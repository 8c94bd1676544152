import { setTimeout as pause } from 'node:timers/promises';
import type { RunningSystem } from '../systems/system';
import type { Load } from './load';

/** What happened in a stretch of time. */
export interface Stretch {
  ms: number;
  sent: number;
  answered: number;
  copies: number;
  /** CPU time in ms: of all gateways, of each other process by what it does, and of this one (`bench`). */
  cpu: Readonly<Record<string, number>>;
}

/** Counts what happens while time passes. */
export async function stretch(system: RunningSystem, load: Load, ms: number): Promise<Stretch> {
  const before = snapshot(system, load);
  await pause(ms);
  const after = snapshot(system, load);
  const cpu = Object.fromEntries(
    Object.entries(after.cpu).map(([what, used]) => [what, used - (before.cpu[what] ?? 0)]),
  );
  return {
    ms: after.at - before.at,
    sent: after.sent - before.sent,
    answered: after.answered - before.answered,
    copies: after.copies - before.copies,
    cpu,
  };
}

export interface ClosedLoop {
  window: number;
  by?: 'copies' | 'answers';
  pick?: () => number;
  /** At most. */
  warmUpMs: number;
  ms: number;
}

/** What happened once a system was warm, and at its start. */
export interface Warmed extends Stretch {
  first: Stretch;
}

/** One is as warm as another when it costs no more than this part less. */
const AS_WARM = 0.97;
const SLICE_MS = 700;

/**
 * Keeps a system as busy as it can be, and measures it once it is warm: once its CPU time per message no longer falls. Checks that
 * nothing went wrong.
 */
export async function saturate(system: RunningSystem, load: Load, loop: ClosedLoop): Promise<Warmed> {
  const stop = new AbortController();
  const running = load.closedLoop(loop.window, stop.signal, loop.by, loop.pick);
  const first = await warmUp(system, load, loop.warmUpMs);
  const result = await stretch(system, load, loop.ms);
  stop.abort();
  await running;
  await load.settle();
  return { ...result, first };
}

/** Lets it run until two stretches in a row cost no less than the cheapest before. @returns the first stretch */
async function warmUp(system: RunningSystem, load: Load, mostMs: number): Promise<Stretch> {
  const first = await stretch(system, load, Math.min(SLICE_MS, mostMs));
  let cheapest = costOf(first);
  let inVain = 0;
  for (let ms = SLICE_MS; ms < mostMs && inVain < 2; ms += SLICE_MS) {
    const cost = costOf(await stretch(system, load, SLICE_MS));
    inVain = cost > AS_WARM * cheapest ? inVain + 1 : 0;
    cheapest = Math.min(cheapest, cost);
  }
  return first;
}

/** CPU time per message of all that is measured. */
function costOf({ cpu, sent }: Stretch): number {
  const { bench: _, ...measured } = cpu;
  return Object.values(measured).reduce((sum, used) => sum + used, 0) / Math.max(1, sent);
}

export interface Offer {
  /** Messages. */
  perSecond: number;
  warmUpMs: number;
  ms: number;
  /** Of whose copies latencies are noted. */
  isOf?: (person: number) => boolean;
}

/** Sends at a fixed rate and notes latencies once it has warmed up. */
export async function offer(
  system: RunningSystem,
  load: Load,
  { perSecond, warmUpMs, ms, isOf }: Offer,
): Promise<Stretch & { latencies: number[] }> {
  const stop = new AbortController();
  const running = load.openLoop(perSecond, stop.signal);
  await pause(warmUpMs);
  load.noteLatencies('copies', isOf);
  const result = await stretch(system, load, ms);
  stop.abort();
  await running;
  await load.settle();
  const { latencies } = load;
  load.noteLatencies(undefined);
  return { ...result, latencies };
}

function snapshot(system: RunningSystem, { sent, answered, copies }: Load) {
  const cpu: Record<string, number> = { gateway: system.gateways.reduce((sum, child) => sum + child.cpuMs, 0) };
  for (const [what, child] of Object.entries(system.others)) cpu[what] = child.cpuMs;
  const { user, system: kernel } = process.cpuUsage();
  cpu.bench = (user + kernel) / 1000;
  return { at: performance.now(), sent, answered, copies, cpu };
}
