import { until } from '@app/testing';
import type { Heal, Occasion } from './occasion';

const MAX_CLOCK_ERROR_S = 600;
/** Generous, for a busy machine. */
const BOOT_MS = 300_000;

/** SIGKILL; the supervisor starts it again when the fault is over. */
export async function killProcess({ system, target, durationMs }: Occasion): Promise<Heal> {
  const { process } = system.member(target);
  await until(() => process.killFor(durationMs), `${target} to run`, BOOT_MS);
  return () => undefined;
}

/** SIGSTOP: alive, its connections open, and not a word. */
export async function stopProcess({ system, target }: Occasion): Promise<Heal> {
  const { process } = system.member(target);
  await until(() => process.pause(), `${target} to run`, BOOT_MS);
  return () => void process.resume();
}

/** Its wall clock jumps by minutes, and back at the end. Without libfaketime nothing happens. */
export function putClockWrong({ system, target, random }: Occasion): Heal {
  const { clock } = system.member(target);
  const seconds = random.integer(60, MAX_CLOCK_ERROR_S);
  clock?.set(random.chance(0.5) ? seconds : -seconds);
  return () => clock?.set(0);
}
