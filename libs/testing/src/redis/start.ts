import {
  accessRules,
  connectRedis,
  REDIS_USERS,
  type Redis,
  type RedisEndpoint,
  type RedisRole,
  whenReady,
} from '@app/redis';
import type { Backend } from './backend';
import { chooseRun } from './choose';
import { containerBackend } from './container-backend';
import { processBackend } from './process-backend';
import { removeServers } from './remove-servers';
import { sharedRun, shareRun, type TestRun } from './run';

/** A Redis of a spec file's own. */
export class TestRedis {
  /** Each service has a user of its own, with its name for a password. */
  readonly users = true;
  readonly endpoint: RedisEndpoint;
  readonly url: string;
  private readonly connections: Redis[] = [];

  constructor(private readonly backend: Backend) {
    this.endpoint = backend.endpoint;
    this.url = `redis://${this.endpoint.host}:${this.endpoint.port}`;
  }

  /** A connection that is ready; `stop` closes it. */
  async connect(role: RedisRole = 'commands'): Promise<Redis> {
    const redis = connectRedis(this.endpoint, role, 'test');
    this.connections.push(redis);
    await whenReady(redis);
    return redis;
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

/**
 * Starts a fresh, private Redis: in a container or as a process, whichever this run uses.
 * @param options.appendonly keep the data over `kill` and `restart` (synced with every write)
 * @param options.args more of redis-server's command line
 */
export async function startRedis(options: { appendonly?: boolean; args?: string[] } = {}): Promise<TestRedis> {
  const run = sharedRun() ?? (await ownRun());
  const durable = options.appendonly ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  const redis = new TestRedis(await backendOf(run, ['--save', '', ...durable, ...users(), ...(options.args ?? [])]));
  await redis.answering();
  return redis;
}

/** A user for each service, in every database that specs use; its password is its name. */
function users(): string[] {
  return REDIS_USERS.flatMap((user) => ['--user', user, 'on', `>${user}`, ...accessRules(user)]);
}

async function backendOf(run: TestRun, args: string[]): Promise<Backend> {
  if (run.mode === 'container') return containerBackend(run.source, run.id, args);
  const backend = await processBackend(run.source, run.id, args);
  await backend.start();
  return backend;
}

/** For a program that is no jest run, such as a benchmark. However it ends, none of its processes is left. */
async function ownRun(): Promise<TestRun> {
  const { run } = await chooseRun();
  shareRun(run);
  if (run.mode === 'process') process.once('exit', () => removeServers(run.id));
  return run;
}
