import { randomBytes } from 'node:crypto';
import { connectRedis, parseEndpoint, type Redis, type RedisEndpoint, whenReady } from '@app/redis';
import { until } from '../until';
import type { Backend } from './backend';
import { serverProgram } from './choose';
import { ServerProcess } from './process-backend';
import { type Replicated, sayingMaster, startOnFreePorts } from './replicated';
import { users } from './users';

const HOST = '127.0.0.1';
const MASTER = 'chat';
const READY_MS = 120_000;

export interface RedisSentinelsOptions {
  replicas?: number;
  sentinels?: number;
  /** Silent for so long a master counts as failed. */
  downAfterMs?: number;
  /** More of each server's command line. */
  args?: readonly string[];
}

/** A server that Sentinels watch, or one of these, and a connection to it alone. */
export interface WatchedServer {
  readonly port: number;
  readonly redis: Redis;
  readonly server: ServerProcess;
}

/** A master and its replicas under Sentinels, as processes: they must know each other's addresses, so no containers. */
export class RedisSentinels implements Backend, Replicated {
  readonly servers: WatchedServer[] = [];
  readonly sentinels: WatchedServer[] = [];
  private readonly connections: Redis[] = [];

  /** Resolves when it serves; each Sentinel knows all others and every replica. */
  static async start(options: RedisSentinelsOptions = {}): Promise<RedisSentinels> {
    const { replicas = 1, sentinels = 3 } = options;
    return startOnFreePorts(1 + replicas + sentinels, async (ports) => {
      const made = new RedisSentinels();
      await made.create(ports.splice(0, 1 + replicas), ports, options);
      return made;
    });
  }

  get endpoint(): RedisEndpoint {
    return parseEndpoint(this.url);
  }

  get url(): string {
    return `redis+sentinel://${this.sentinels.map(({ port }) => `${HOST}:${port}`).join(',')}/${MASTER}`;
  }

  get ports(): readonly number[] {
    return this.all.map(({ port }) => port);
  }

  async start(): Promise<void> {
    await Promise.all(this.all.filter(({ server }) => !server.isRunning).map(({ server }) => server.start()));
    await this.serving();
  }

  /** SIGKILL for one or for all; resolves when they are gone. */
  async kill(one?: WatchedServer): Promise<void> {
    await Promise.all((one ? [one] : this.all).map(({ server }) => server.kill()));
  }

  async pause(): Promise<void> {
    await Promise.all(this.all.map(({ server }) => server.pause()));
  }

  async resume(): Promise<void> {
    await Promise.all(this.all.map(({ server }) => server.resume()));
  }

  /** Resolves when every Sentinel names the same master, and each other server has all of its data. */
  async serving(): Promise<void> {
    await until(async () => (await this.state()) === 'serves', 'the Sentinels to name a master that serves', READY_MS);
  }

  /** The server that the Sentinels name as the master now; undefined when they do not agree. */
  async master(): Promise<WatchedServer | undefined> {
    const named = await Promise.all(
      this.sentinels
        .filter(({ server }) => server.isRunning)
        .map(({ redis }) =>
          redis.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER).then(
            (address) => Number((address as string[])[1]),
            () => 0,
          ),
        ),
    );
    return this.servers.find(({ port }) => named.every((one) => one === port));
  }

  /** As the Sentinels and the server itself say. */
  async masters(): Promise<WatchedServer[]> {
    const named = await this.master();
    return (await sayingMaster(this.servers)).filter((one) => one === named);
  }

  /** Asks for a failover. @returns whether one begins */
  async failOver(): Promise<boolean> {
    const [sentinel] = this.sentinels;
    if (!sentinel) return false;
    return sentinel.redis.call('SENTINEL', 'FAILOVER', MASTER).then(
      () => true,
      () => false,
    );
  }

  /** A connection to the master that is ready; `remove` closes it. */
  async connect(): Promise<Redis> {
    const redis = connectRedis(this.endpoint, 'commands', 'test');
    this.connections.push(redis);
    await whenReady(redis);
    return redis;
  }

  async remove(): Promise<void> {
    for (const redis of this.connections) redis.disconnect();
    for (const { redis } of this.all) redis.disconnect();
    await Promise.all(this.all.map(({ server }) => server.remove()));
  }

  private get all(): WatchedServer[] {
    return [...this.servers, ...this.sentinels];
  }

  private async state(): Promise<'serves' | 'does not'> {
    const master = await this.master();
    const said = await Promise.all(this.servers.map(({ redis }) => redis.info('replication').catch(() => '')));
    const isRight = (text: string, i: number) =>
      this.servers[i] === master ? text.includes('role:master') : text.includes('master_link_status:up');
    return master && said.every(isRight) ? 'serves' : 'does not';
  }

  /** With a configuration that holds what they would learn of each other in their first ten seconds. */
  private async create(
    ports: readonly number[],
    watchers: readonly number[],
    { downAfterMs = 1500, args = [] }: RedisSentinelsOptions,
  ): Promise<void> {
    const { program, folder } = await serverProgram();
    const add = (server: ServerProcess): WatchedServer => {
      return { port: server.port, server, redis: connectRedis(server.endpoint, 'commands', 'test') };
    };
    const [first] = ports;
    for (const port of ports) {
      const of = port === first ? [] : ['--replicaof', HOST, `${first}`];
      const own = ['--save', '', '--repl-diskless-sync-delay', '0', ...of, ...users(), ...args];
      this.servers.push(add(await ServerProcess.create(program, folder, { args: own, port })));
    }
    const ids = watchers.map(() => randomBytes(20).toString('hex'));
    for (const [i, port] of watchers.entries()) {
      const others = watchers.flatMap((other, n) =>
        n === i ? [] : [`sentinel known-sentinel ${MASTER} ${HOST} ${other} ${ids[n]}`],
      );
      const sentinel = [
        `sentinel myid ${ids[i]}`,
        `sentinel monitor ${MASTER} ${HOST} ${first} ${Math.floor(watchers.length / 2) + 1}`,
        `sentinel down-after-milliseconds ${MASTER} ${downAfterMs}`,
        `sentinel failover-timeout ${MASTER} ${4 * downAfterMs}`,
        ...ports.slice(1).map((replica) => `sentinel known-replica ${MASTER} ${HOST} ${replica}`),
        ...others,
      ];
      this.sentinels.push(add(await ServerProcess.create(program, folder, { args: [], port, sentinel })));
    }
  }
}
