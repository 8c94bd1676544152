import type { ServiceName } from '@app/contracts';
import { NameIndex } from '@app/names';
import { keys, type Redis, whenReady } from '@app/redis';
import { underLease } from './lease';
import type { Logger } from './logger';
import { retry } from './retry';

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
  const attempt = async () => {
    await whenReady(redis);
    return step(redis, log, leaseMs, migrations, services);
  };
  await retry(attempt, {
    pauseMs: PAUSE_MS,
    failed: (error) => {
      if (error instanceof NewerDataError) throw error;
      log.warn({ err: error }, 'migrating the data failed, trying again');
    },
  });
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
  await underLease(redis, keys.schemaLease, leaseMs, async () => {
    // Another process may have been faster.
    if (Number(await redis.get(keys.schema)) !== version) return;
    log.info({ version: next.version, about: next.about }, 'migrating the data');
    await next.run(redis, log);
    await redis.set(keys.schema, next.version);
  });
  return false;
}
