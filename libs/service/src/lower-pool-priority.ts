import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { promisify } from 'node:util';

const THREADS = '/proc/self/task';

/**
 * Lowers the CPU priority of libuv's thread pool, which hashes passwords. To be called before anything else uses the
 * pool. On Linux each thread has a niceness of its own, so the event loop keeps its priority and no other request waits
 * for a hash.
 */
export async function lowerPoolPriority(nice: number): Promise<void> {
  if (nice <= getPriority()) return;
  const before = new Set(threads());
  // The pool starts all its threads with its first task.
  await promisify(randomBytes)(1);
  const pool = threads().filter((thread) => !before.has(thread));
  // Not on Linux, or the pool was running already: the whole process, and threads that it starts from now on.
  if (pool.length === 0) setPriority(nice);
  for (const thread of pool) setPriority(Number(thread), nice);
}

function threads(): string[] {
  return existsSync(THREADS) ? readdirSync(THREADS) : [];
}
