import type { Redis } from '@app/redis';
import { freePorts } from '../../../../scripts/lib/free-port.mjs';
import type { Backend } from './backend';
import type { ServerProcess } from './process-backend';

/** Ports are drawn so often before it is a fault. */
const TRIES = 3;

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

/**
 * Makes servers on free ports and starts them; on others where somebody else began to listen on one meanwhile.
 * @param count of ports
 */
export async function startOnFreePorts<S extends Backend>(
  count: number,
  create: (ports: number[]) => Promise<S>,
): Promise<S> {
  for (let tries = 1; ; tries += 1) {
    const servers = await create(await freePorts(count));
    try {
      await servers.start();
      return servers;
    } catch (error) {
      await servers.remove();
      if (tries === TRIES || !/Address already in use/.test(String(error))) throw error;
    }
  }
}

/** Those of them that say they are masters. */
export async function sayingMaster<S extends ReplicatedServer>(servers: readonly S[]): Promise<S[]> {
  const said = await Promise.all(
    servers.map(({ server, redis }) => (server.answers ? redis.info('replication').catch(() => '') : '')),
  );
  return servers.filter((_, i) => said[i]?.includes('role:master'));
}
