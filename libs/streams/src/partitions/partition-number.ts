import { SERVICES, type ServiceName, serviceOf, WORK, type WorkPattern } from '@app/contracts';
import { keys, type Redis } from '@app/redis';
import { workContract } from '../handling';

/** The partition of a room: the same for everybody who uses the database, in every version. FNV-1a. */
export function partitionNumber(roomId: string, count: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < roomId.length; i++) hash = Math.imul(hash ^ roomId.charCodeAt(i), 0x01000193);
  // Its low bits alone know little of the first characters.
  return ((hash ^ (hash >>> 15)) >>> 0) % count;
}

/** The services that have work that is done in order. */
export const PARTITIONED: readonly ServiceName[] = SERVICES.filter((service) =>
  (Object.keys(WORK) as WorkPattern[]).some(
    (pattern) => serviceOf(pattern) === service && workContract(pattern)?.partition !== undefined,
  ),
);

/** The streams of a service's partitions; none before a replica has divided its work. */
export async function partitionsOf(redis: Redis, service: ServiceName): Promise<string[]> {
  if (!PARTITIONED.includes(service)) return [];
  const count = Number((await redis.get(keys.partitions)) ?? 0);
  return Array.from({ length: count }, (_, place) => keys.partition(service, place));
}

/** Entries of a service's work that are not finished, in all of its streams. */
export async function unfinishedWork(redis: Redis, service: ServiceName): Promise<number> {
  const streams = [keys.work(service), ...(await partitionsOf(redis, service))];
  const lengths = await Promise.all(streams.map((stream) => redis.xlen(stream)));
  return lengths.reduce((sum, length) => sum + length, 0);
}
