import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * When a process began, as text to compare; undefined when there is no such process (or only its remains).
 * A process id alone may have been given to another program since.
 */
export function startOf(pid) {
  if (process.platform !== 'linux') {
    const began = spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim();
    return began || undefined;
  }
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name stands in parentheses and may hold anything, spaces too.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}:${fields[19]}`;
  } catch {
    return undefined;
  }
}

/** Who a process is, across reuse of process ids and restarts of the machine. */
export function identify(pid) {
  return { pid, began: startOf(pid) };
}

/** Whether exactly that process still runs. */
export function isAlive({ pid, began }) {
  return began !== undefined && startOf(pid) === began;
}
