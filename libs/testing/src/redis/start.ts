import { basename } from 'node:path';
import { connectRedis, type Redis, type RedisRole, whenReady } from '@app/redis';
import type { Backend } from './backend';
import { presentRun, serverProgram } from './choose';
import { containerBackend } from './container-backend';
import { ServerProcess } from './process-backend';
import { RedisCluster } from './redis-cluster';
import { RedisSentinels } from './redis-sentinels';
import { users } from './users';
import { ofWholeCluster } from './whole-cluster';

/** No failover while a spec mistreats all servers at once, or a busy machine is slow: there are specs and chaos for that. */
const NEVER_FAILED_MS = 60_000;

/** A Redis of a spec file's own. */
export class TestRedis {
  /** Each service has a user of its own, with its name for a password. */
  readonly users = true;
  readonly endpoint;
  readonly url: string;
  private readonly connections: Redis[] = [];

  constructor(private readonly backend: Backend) {
    this.endpoint = backend.endpoint;
    this.url = backend.url;
  }

  /** Ports of the servers that clients talk to. */
  get ports(): readonly number[] {
    return this.backend.ports;
  }

  /** A connection that is ready; `stop` closes it. What names no key is asked of the whole database, also on a Cluster. */
  async connect(role: RedisRole = 'commands'): Promise<Redis> {
    const redis = connectRedis(this.endpoint, role, 'test');
    this.connections.push(redis);
    await whenReady(redis);
    return redis.isCluster ? ofWholeCluster(redis) : redis;
  }

  /** SIGKILL; resolves when it is gone. With append-only on, what was answered before is kept. */
  kill(): Promise<void> {
    return this.backend.kill();
  }

  /** Kills it if it runs, and starts it on the same port; resolves when it serves. */
  async restart(): Promise<void> {
    await this.backend.kill();
    await this.backend.start();
    await this.answering();
  }

  /** Freezes it: connections stay open, nothing is answered. */
  pause(): Promise<void> {
    return this.backend.pause();
  }

  /** Lets a frozen one go on. */
  resume(): Promise<void> {
    return this.backend.resume();
  }

  /** Empties it. */
  async flush(): Promise<void> {
    const redis = await this.connect();
    await redis.flushall();
  }

  /** Closes the connections made here and removes the server with its data. */
  async stop(): Promise<void> {
    for (const redis of this.connections) redis.disconnect();
    await this.backend.remove();
  }

  /** Resolves when it answers commands. */
  async answering(): Promise<void> {
    const redis = connectRedis(this.endpoint, 'commands', 'test');
    await whenReady(redis, AbortSignal.timeout(20_000)).finally(() => redis.disconnect());
  }
}

export interface TestRedisOptions {
  /** Keep the data over `kill` and `restart` (synced with every write). */
  appendonly?: boolean;
  /** More of redis-server's command line. */
  args?: string[];
}

/** Starts a fresh, private Redis of the kind that this run is for: in a container or as processes. */
export async function startRedis(options: TestRedisOptions = {}): Promise<TestRedis> {
  const durable = options.appendonly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  const redis = new TestRedis(await backendOf([...durable, ...(options.args ?? [])]));
  await redis.answering();
  return redis;
}

async function backendOf(args: string[]): Promise<Backend> {
  const { kind, image, folder } = await presentRun();
  if (kind === 'cluster') return RedisCluster.start({ replicas: 1, nodeTimeoutMs: NEVER_FAILED_MS, args });
  if (kind === 'sentinel') return RedisSentinels.start({ downAfterMs: NEVER_FAILED_MS, args });
  const all = ['--save', '', ...users(), ...args];
  if (image) return containerBackend(image, basename(folder), all);
  const { program } = await serverProgram();
  const backend = await ServerProcess.create(program, folder, { args: all });
  await backend.start();
  return backend;
}
