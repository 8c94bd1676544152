import { execFileSync } from 'node:child_process';
import { cpus, release, totalmem } from 'node:os';
import { canPin } from './processes/cores';

/** Where and when something was measured. */
export interface Machine {
  date: string;
  commit: string;
  rounds: number;
  cpu: string;
  cores: number;
  memoryGiB: number;
  kernel: string;
  /** What was measured ran on these; the load on this process' own. */
  nodes: readonly string[];
  /** CPU time of a bare `write` of one byte to a socket of this machine, in µs: what differs most between processors. */
  writeUs: number;
  redis: string;
  /** The gateway had a core of its own. */
  pinned: boolean;
}

/** Describes this machine. @param writeUs of `measureWrite` */
export function describeMachine(rounds: number, nodes: readonly string[], writeUs: number): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: output('git', ['rev-parse', '--short', 'HEAD']),
    rounds,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    kernel: release(),
    nodes,
    writeUs,
    redis: /v=(\S+)/.exec(output(process.env.REDIS_SERVER ?? 'redis-server', ['--version']))?.[1] ?? 'unknown',
    pinned: canPin,
  };
}

function output(command: string, args: readonly string[]): string {
  try {
    return execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return 'unknown';
  }
}
