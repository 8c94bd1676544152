import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** Where a process runs: a gateway alone on the first core, everything else on the others; `all` to start the whole. */
export type Place = 'gateway' | 'rest' | 'all';

const ALL = `0-${cpus().length - 1}`;
const REST = cpus().length > 2 ? `1-${cpus().length - 1}` : '1';
/** Where processes cannot be pinned (one core, not Linux), ratios still mean something, absolute figures less. */
export const canPin = cpus().length > 1 && hasTaskset();

/** A command line that runs there. */
export function pinned(place: Place, command: string, args: readonly string[]): [string, string[]] {
  if (!canPin) return [command, [...args]];
  const on = { gateway: '0', rest: REST, all: ALL }[place];
  return ['taskset', ['-c', on, command, ...args]];
}

/** Moves this process, and what it starts from now on, away from the gateway's core. */
export function leaveGatewayCore(): void {
  if (canPin) execFileSync('taskset', ['-a', '-c', '-p', REST, String(process.pid)], { stdio: 'ignore' });
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
