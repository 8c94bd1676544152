import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { promisify } from 'node:util';

const THREADS = '/proc/self/task';

/**
 * Has the threads of libuv's pool, which hash passwords, stand back for all else on the machine. To be called before anything else uses
 * them. On Linux each thread has a niceness of its own: the event loop keeps its own, and nobody's question waits for a hash.
 */
export async function poolStandsBack(nice: number): Promise<void> {
  if (nice <= getPriority()) return;
  const before = new Set(threads());
  // The pool starts all its threads with its first task.
  await promisify(randomBytes)(1);
  const pool = threads().filter((thread) => !before.has(thread));
  // Elsewhere, or were it there already: the process as a whole, with what it starts from now on.
  if (pool.length === 0) setPriority(nice);
  for (const thread of pool) setPriority(Number(thread), nice);
}

function threads(): string[] {
  return existsSync(THREADS) ? readdirSync(THREADS) : [];
}
