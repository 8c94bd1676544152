import { randomUUID } from 'node:crypto';
import type { Redis } from '@app/redis';

/**
 * Does something while no other process does.
 * @param key held meanwhile, for `leaseMs` after which a process that died at it is succeeded
 * @returns whether it was done; false: another process is at it
 */
export async function underLease(
  redis: Redis,
  key: string,
  leaseMs: number,
  work: () => Promise<void>,
): Promise<boolean> {
  const mine = randomUUID();
  if (!(await redis.set(key, mine, 'PX', leaseMs, 'NX'))) return false;
  const renewal = setInterval(() => redis.pexpire(key, leaseMs).catch(() => undefined), leaseMs / 4);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    if ((await redis.get(key)) === mine) await redis.del(key);
  }
  return true;
}
