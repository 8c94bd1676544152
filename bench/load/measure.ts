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
  warmUpMs: number;
  ms: number;
}

/** Keeps a system as busy as it can be; what happens while it warms up does not count. Checks that nothing went wrong. */
export async function saturate(system: RunningSystem, load: Load, loop: ClosedLoop): Promise<Stretch> {
  const stop = new AbortController();
  const running = load.closedLoop(loop.window, stop.signal, loop.by, loop.pick);
  await pause(loop.warmUpMs);
  const result = await stretch(system, load, loop.ms);
  stop.abort();
  await running;
  await load.settle();
  return result;
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
