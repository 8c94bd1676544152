import type { Redis } from 'ioredis';
import { serversOf } from './cluster';

/** Keys that Redis looks at in one go. */
const BATCH = 1000;

/**
 * All keys of a database, of a Cluster too, that a pattern matches; one may come twice.
 * @param type as `TYPE` answers
 * @param isWanted asked again and again; false: no more
 * @see https://redis.io/docs/latest/commands/scan/
 */
export async function* scanKeys(
  redis: Redis,
  pattern: string,
  type: string,
  isWanted: () => boolean,
): AsyncGenerator<string> {
  for (const server of serversOf(redis, 'master').values()) {
    let cursor = '0';
    do {
      const [next, found] = await server.scan(cursor, 'MATCH', pattern, 'COUNT', BATCH, 'TYPE', type);
      yield* found;
      cursor = next;
    } while (cursor !== '0' && isWanted());
  }
}
