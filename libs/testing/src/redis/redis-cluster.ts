import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis, parseEndpoint, type Redis, whenReady } from '@app/redis';
import { freePort } from '../../../../scripts/lib/free-port.mjs';
import type { Process } from '../../../../scripts/lib/process.mjs';
import { startRedisProcess } from '../../../../scripts/lib/redis/redis-process.mjs';
import { until } from '../until';

const HOST = '127.0.0.1';
const SLOTS = 16_384;

/** A server of a Cluster, and a connection to it alone. */
export interface ClusterServer {
  readonly port: number;
  readonly bus: number;
  readonly redis: Redis;
  readonly process: Process;
}

/** A Redis Cluster of a spec file's own, as processes: they must know each other's addresses, so no containers. */
export class RedisCluster {
  private readonly folder = mkdtempSync(join(tmpdir(), 'redis-chat-cluster-'));
  private readonly connections: Redis[] = [];
  readonly servers: ClusterServer[] = [];

  /** Starts masters that share the slots; resolves when they serve. */
  static async start(masters = 3): Promise<RedisCluster> {
    const cluster = new RedisCluster();
    const { servers } = cluster;
    try {
      for (let i = 0; i < masters; i += 1) await cluster.add();
      const share = (i: number) => Math.floor((SLOTS * i) / masters);
      await Promise.all(servers.map(({ redis }, i) => redis.cluster('ADDSLOTSRANGE', share(i), share(i + 1) - 1)));
      await until(async () => {
        const states = await Promise.all(servers.map(({ redis }) => redis.cluster('INFO')));
        return states.every((state) => String(state).includes('cluster_state:ok'));
      }, 'the Cluster to serve');
      return cluster;
    } catch (error) {
      cluster.stop();
      throw error;
    }
  }

  /** What the services are to be given; names one server only, which knows the others. */
  get url(): string {
    return `redis+cluster://${HOST}:${this.servers.at(-1)?.port}`;
  }

  /** Adds a server without slots, known to all others. */
  async add(): Promise<ClusterServer> {
    const port = await freePort();
    const bus = await freePort();
    const args = [
      ...['--cluster-port', bus, '--save', ''],
      ...['--cluster-enabled', 'yes', '--cluster-config-file', `nodes-${port}.conf`, '--cluster-node-timeout', 1500],
      // A replica may take over however long its master has been silent.
      ...['--cluster-replica-validity-factor', 0, '--repl-diskless-sync-delay', 0],
    ].map(String);
    const process = await startRedisProcess({ port, folder: this.folder, args });
    const redis = connectRedis({ host: HOST, port, tls: false }, 'commands', 'test');
    this.connections.push(redis);
    const server = { port, bus, redis, process };
    await whenReady(redis, AbortSignal.timeout(10_000));
    const [first] = this.servers;
    this.servers.push(server);
    if (first) {
      await redis.cluster('MEET', HOST, first.port, first.bus);
      const count = this.servers.length;
      await until(async () => {
        const known = await Promise.all(this.servers.map(async (each) => `${await each.redis.cluster('NODES')}`));
        return known.every(
          (text) =>
            text
              .trim()
              .split('\n')
              .filter((line) => !/handshake/.test(line)).length === count,
        );
      }, 'the servers to know each other');
    }
    return server;
  }

  /** Makes a server the replica of another; resolves when it has all of its data and all others know. */
  async replicate(replica: ClusterServer, master: ClusterServer): Promise<void> {
    const id = String(await replica.redis.cluster('MYID'));
    await replica.redis.cluster('REPLICATE', String(await master.redis.cluster('MYID')));
    await until(async () => /master_link_status:up/.test(await replica.redis.info('replication')), 'the replica');
    await until(async () => {
      const known = await Promise.all(this.servers.map(async (each) => `${await each.redis.cluster('NODES')}`));
      return known.every((text) => text.split('\n').some((line) => line.startsWith(id) && line.includes('slave')));
    }, 'all servers to know the replica');
  }

  /** Moves the slot of a key and all that is in it. */
  async moveSlotOf(key: string, from: ClusterServer, to: ClusterServer): Promise<void> {
    const slot = Number(await to.redis.cluster('KEYSLOT', key));
    const [source, target] = [String(await from.redis.cluster('MYID')), String(await to.redis.cluster('MYID'))];
    await to.redis.cluster('SETSLOT', slot, 'IMPORTING', source);
    await from.redis.cluster('SETSLOT', slot, 'MIGRATING', target);
    for (;;) {
      const keys = (await from.redis.cluster('GETKEYSINSLOT', slot, 100)) as string[];
      if (keys.length === 0) break;
      await from.redis.migrate(HOST, to.port, '', 0, 5000, 'KEYS', ...keys);
    }
    for (const { redis } of [to, from]) await redis.cluster('SETSLOT', slot, 'NODE', target);
  }

  /** The master that has a key. */
  async masterOf(key: string): Promise<ClusterServer> {
    for (const server of this.servers) {
      if (!server.process.isRunning) continue;
      const found = await server.redis.exists(key).then(
        async () => /role:master/.test(await server.redis.info('replication')),
        () => false,
      );
      if (found) return server;
    }
    throw new Error(`nobody has ${key}`);
  }

  /** A connection to the Cluster that is ready; `stop` closes it. */
  async connect(): Promise<Redis> {
    const redis = connectRedis(parseEndpoint(this.url), 'commands', 'test');
    this.connections.push(redis);
    await whenReady(redis);
    return redis;
  }

  /** SIGKILL; resolves when it is gone. */
  async kill({ process }: ClusterServer): Promise<void> {
    await process.end('SIGKILL');
  }

  /** Closes the connections made here and ends all servers. */
  stop(): void {
    for (const redis of this.connections) redis.disconnect();
    for (const { process } of this.servers) process.signal('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
