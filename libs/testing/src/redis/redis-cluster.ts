import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectRedis, parseEndpoint, type Redis, type RedisEndpoint, whenReady } from '@app/redis';
import { freePorts } from '../../../../scripts/lib/free-port.mjs';
import { until } from '../until';
import type { Backend } from './backend';
import { serverProgram } from './choose';
import { ServerProcess } from './process-backend';
import { type Replicated, sayingMaster, startOnFreePorts } from './replicated';
import { users } from './users';

const HOST = '127.0.0.1';
const SLOTS = 16_384;
const NODES = 'nodes.conf';
const READY_MS = 120_000;

/** A server of a Cluster, and a connection to it alone. */
export interface ClusterServer {
  readonly id: string;
  readonly port: number;
  readonly bus: number;
  readonly redis: Redis;
  readonly server: ServerProcess;
}

export interface RedisClusterOptions {
  masters?: number;
  /** Of each master. */
  replicas?: number;
  /** Silent for so long a server counts as failed. */
  nodeTimeoutMs?: number;
  /** More of each server's command line. */
  args?: readonly string[];
}

/** A Redis Cluster of a spec file's own, as processes: they must know each other's addresses, so no containers. */
export class RedisCluster implements Backend, Replicated {
  private readonly connections: Redis[] = [];
  readonly servers: ClusterServer[] = [];
  /** Each service has a user of its own, with its name for a password. */
  readonly users = true;

  private constructor(private readonly options: RedisClusterOptions) {}

  /** Starts masters that share the slots, and their replicas; resolves when they serve. */
  static async start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
    const { masters = 3, replicas = 0 } = options;
    return startOnFreePorts(2 * masters * (1 + replicas), async (ports) => {
      const made = new RedisCluster(options);
      while (ports.length > 0) made.servers.push(await made.create(ports.pop() ?? 0, ports.pop() ?? 0));
      await made.introduce(masters);
      return made;
    });
  }

  get endpoint(): RedisEndpoint {
    return parseEndpoint(this.url);
  }

  /** What the services are to be given; names one server only, which knows the others. */
  get url(): string {
    return `redis+cluster://${HOST}:${this.servers[0]?.port}`;
  }

  get ports(): readonly number[] {
    return this.servers.map(({ port }) => port);
  }

  async start(): Promise<void> {
    await Promise.all(this.servers.filter(({ server }) => !server.isRunning).map(({ server }) => server.start()));
    await this.serving();
  }

  /** SIGKILL for one or for all; resolves when they are gone. */
  async kill(one?: ClusterServer): Promise<void> {
    await Promise.all((one ? [one] : this.servers).map(({ server }) => server.kill()));
  }

  async pause(): Promise<void> {
    await Promise.all(this.servers.map(({ server }) => server.pause()));
  }

  async resume(): Promise<void> {
    await Promise.all(this.servers.map(({ server }) => server.resume()));
  }

  /** Resolves when every slot is served, and every replica has the data of its master. */
  async serving(): Promise<void> {
    await until(
      async () => {
        const states = await Promise.all(this.servers.map(stateOf));
        return states.every((state) => state === 'serves');
      },
      'the Cluster to serve',
      READY_MS,
    );
  }

  masters(): Promise<ClusterServer[]> {
    return sayingMaster(this.servers);
  }

  /** Adds a server without slots, known to all others. */
  async add(): Promise<ClusterServer> {
    const [port = 0, bus = 0] = await freePorts(2);
    const added = await this.create(port, bus);
    const [first] = this.servers;
    await added.server.start();
    await whenReady(added.redis, AbortSignal.timeout(READY_MS));
    this.servers.push(added);
    if (first) await added.redis.cluster('MEET', HOST, first.port, first.bus);
    const knowsAll = async ({ redis }: ClusterServer) => {
      const lines = `${await redis.cluster('NODES')}`.trim().split('\n');
      return lines.filter((line) => !/handshake/.test(line)).length === this.servers.length;
    };
    await until(
      async () => (await Promise.all(this.servers.map(knowsAll))).every(Boolean),
      'the servers to know each other',
    );
    const id = String(await added.redis.cluster('MYID'));
    const known = { ...added, id };
    this.servers[this.servers.indexOf(added)] = known;
    return known;
  }

  /** Makes a server the replica of another; resolves when it has all of its data and all others know. */
  async replicate(replica: ClusterServer, master: ClusterServer): Promise<void> {
    await replica.redis.cluster('REPLICATE', master.id);
    await until(async () => /master_link_status:up/.test(await replica.redis.info('replication')), 'the replica');
    const knows = async ({ redis }: ClusterServer) =>
      `${await redis.cluster('NODES')}`.split('\n').some((line) => line.startsWith(replica.id) && /slave/.test(line));
    await until(
      async () => (await Promise.all(this.servers.map(knows))).every(Boolean),
      'all servers to know the replica',
    );
  }

  /** Moves the slot of a key and all that is in it. */
  async moveSlotOf(key: string, from: ClusterServer, to: ClusterServer): Promise<void> {
    const slot = Number(await to.redis.cluster('KEYSLOT', key));
    await to.redis.cluster('SETSLOT', slot, 'IMPORTING', from.id);
    await from.redis.cluster('SETSLOT', slot, 'MIGRATING', to.id);
    for (;;) {
      const keys = (await from.redis.cluster('GETKEYSINSLOT', slot, 100)) as string[];
      if (keys.length === 0) break;
      await from.redis.migrate(HOST, to.port, '', 0, 5000, 'KEYS', ...keys);
    }
    const others = (await this.masters()).filter((one) => one !== to && one !== from);
    for (const { redis } of [to, from, ...others]) await redis.cluster('SETSLOT', slot, 'NODE', to.id);
  }

  /** The master that has a key. */
  async masterOf(key: string): Promise<ClusterServer> {
    for (const one of this.servers) {
      if (!one.server.isRunning) continue;
      const found = await one.redis.exists(key).then(
        async () => /role:master/.test(await one.redis.info('replication')),
        () => false,
      );
      if (found) return one;
    }
    throw new Error(`nobody has ${key}`);
  }

  /** A connection to the Cluster that is ready; `remove` closes it. */
  async connect(): Promise<Redis> {
    const redis = connectRedis(this.endpoint, 'commands', 'test');
    this.connections.push(redis);
    await whenReady(redis);
    return redis;
  }

  /** Closes the connections made here and ends all servers. */
  async remove(): Promise<void> {
    for (const redis of this.connections) redis.disconnect();
    await Promise.all(this.servers.map(({ server }) => server.remove()));
  }

  private async create(port: number, bus: number): Promise<ClusterServer> {
    const { nodeTimeoutMs = 1500, args = [] } = this.options;
    const { program, folder } = await serverProgram();
    const all = [
      ...['--cluster-enabled', 'yes', '--cluster-config-file', NODES, '--cluster-port', bus],
      ...['--cluster-node-timeout', nodeTimeoutMs, '--save', ''],
      // A replica may take over however long its master has been silent.
      ...['--cluster-replica-validity-factor', 0, '--repl-diskless-sync-delay', 0, ...users(), ...args],
    ].map(String);
    const server = await ServerProcess.create(program, folder, { args: all, port });
    const redis = connectRedis(server.endpoint, 'commands', 'test');
    this.connections.push(redis);
    return { id: randomBytes(20).toString('hex'), port, bus, redis, server };
  }

  /** What they would know of each other after a minute of meeting. */
  private async introduce(masters: number): Promise<void> {
    const lines = this.servers.map(({ id, port, bus }, i) => {
      const share = (n: number) => Math.floor((SLOTS * n) / masters);
      const isMaster = i < masters;
      const role = isMaster ? 'master -' : `slave ${this.servers[i % masters]?.id}`;
      const slots = isMaster ? ` ${share(i)}-${share(i + 1) - 1}` : '';
      return { id, line: `${HOST}:${port}@${bus} ${role} 0 0 ${(i % masters) + 1} connected${slots}` };
    });
    await Promise.all(
      this.servers.map(({ id, server }) => {
        const told = lines.map((one) => `${one.id} ${one.id === id ? one.line.replace(' ', ' myself,') : one.line}`);
        return writeFile(
          join(server.folder, NODES),
          `${told.join('\n')}\nvars currentEpoch ${masters} lastVoteEpoch 0\n`,
        );
      }),
    );
  }
}

async function stateOf({ redis }: ClusterServer): Promise<'serves' | 'does not'> {
  const [cluster, replication] = await Promise.all([redis.cluster('INFO'), redis.info('replication')]).catch(() => []);
  if (!String(cluster).includes('cluster_state:ok')) return 'does not';
  return /role:master|master_link_status:up/.test(String(replication)) ? 'serves' : 'does not';
}
