import type { Redis } from '@app/redis';
import type { ServerProcess } from './process-backend';

/** A server of several, and a connection to it alone. */
export interface ReplicatedServer {
  readonly redis: Redis;
  readonly server: ServerProcess;
}

/** Servers of which replicas take over when masters fail: a Cluster, or those under Sentinels. */
export interface Replicated {
  readonly servers: readonly ReplicatedServer[];
  /** Those that serve as masters now. */
  masters(): Promise<ReplicatedServer[]>;
  /** Resolves when all is served, and every replica has the data of its master. */
  serving(): Promise<void>;
}

/** Those of them that say they are masters. */
export async function sayingMaster<S extends ReplicatedServer>(servers: readonly S[]): Promise<S[]> {
  const said = await Promise.all(
    servers.map(({ server, redis }) => (server.answers ? redis.info('replication').catch(() => '') : '')),
  );
  return servers.filter((_, i) => said[i]?.includes('role:master'));
}
