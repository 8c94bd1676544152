import { randomUUID } from 'node:crypto';
import type { ServiceName } from '@app/contracts';
import { NameIndex } from '@app/names';
import { keys, type Redis, whenReady } from '@app/redis';
import type { Logger } from './logger';

/** A change of the form in which something is stored. */
export interface Migration {
  /** One more than the one before; the first is 2. */
  version: number;
  /** For the log. */
  about: string;
  /** The service whose data it changes, and which alone may; absent: any. */
  by?: ServiceName;
  /** May be repeated from any point, and leaves what older processes can still use: they run beside it. */
  run(redis: Redis, log: Logger): Promise<void>;
}

/** All there have ever been, oldest first. Version 1 is the form of the first release, which the demo's data have too. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 2,
    about: 'how user names look, so that no two look alike',
    by: 'auth',
    run: (redis, log) =>
      new NameIndex(redis).catchUp((alike) => log.warn(alike, 'users whose names look alike; both go on as they are')),
  },
];

const FIRST = 1;
const PAUSE_MS = 250;

/** The data are of a version that this program does not know. */
export class NewerDataError extends Error {
  override readonly name = 'NewerDataError';
}

/**
 * Brings the data to the newest version, each migration run to its end once by one process, and resolves when they are.
 * Waits for Redis, for another process that is at it, and tries again what failed.
 * @param services those of this process; it waits for others to migrate theirs. Undefined: it migrates everything
 * @param leaseMs after which a process that died at it is succeeded
 * @throws NewerDataError when the data are ahead of this program
 */
export async function migrate(
  redis: Redis,
  log: Logger,
  leaseMs: number,
  migrations = MIGRATIONS,
  services?: readonly string[],
): Promise<void> {
  for (;;) {
    await whenReady(redis);
    try {
      if (await step(redis, log, leaseMs, migrations, services)) return;
    } catch (error) {
      if (error instanceof NewerDataError) throw error;
      log.warn({ err: error }, 'data not migrated yet');
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** @returns whether nothing is left to do */
async function step(
  redis: Redis,
  log: Logger,
  leaseMs: number,
  migrations: readonly Migration[],
  services?: readonly string[],
): Promise<boolean> {
  const newest = migrations.at(-1)?.version ?? FIRST;
  await redis.set(keys.schema, FIRST, 'NX');
  const version = Number(await redis.get(keys.schema));
  if (version > newest) {
    throw new NewerDataError(`The data are of version ${version}, newer than the ${newest} that this program knows`);
  }
  const next = migrations.find((migration) => migration.version > version);
  if (!next) return true;
  if (next.by && services && !services.includes(next.by)) return false;
  await underLease(redis, leaseMs, async () => {
    // Another process may have been faster.
    if (Number(await redis.get(keys.schema)) !== version) return;
    log.info({ version: next.version, about: next.about }, 'migrating the data');
    await next.run(redis, log);
    await redis.set(keys.schema, next.version);
  });
  return false;
}

/** Does something while no other process does; nothing when one is at it. */
async function underLease(redis: Redis, leaseMs: number, work: () => Promise<void>): Promise<void> {
  const mine = randomUUID();
  if (!(await redis.set(keys.schemaLease, mine, 'PX', leaseMs, 'NX'))) return;
  const renewal = setInterval(() => redis.pexpire(keys.schemaLease, leaseMs).catch(() => undefined), leaseMs / 4);
  try {
    await work();
  } finally {
    clearInterval(renewal);
    if ((await redis.get(keys.schemaLease)) === mine) await redis.del(keys.schemaLease);
  }
}
