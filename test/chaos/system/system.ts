import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from '@app/redis';
import {
  freePort,
  LinkProxy,
  RedisCluster,
  RedisLinks,
  RedisSentinels,
  type Replicated,
  startRedis,
  TestRedis,
  until,
} from '@app/testing';
import { Process } from '../../../scripts/lib/process.mjs';
import type { RedisKind } from '../../../scripts/lib/test/redis-kinds.mjs';
import { UNLIMITED } from '../../../scripts/lib/unlimited.mjs';
import { PROCESSES, type Service, WITH_OWN_CLOCK } from '../plan';
import { ChaosProcess } from './chaos-process';
import { Clock, findFakeTime } from './clock';

/** Generous: a busy machine takes a minute to start eight processes. */
const BOOT_MS = 300_000;

/** Small enough to be reached. */
export const LIMITS = { streamLength: 500 };

/** The messages service has a Redis user of its own, so that its rights can be taken away from outside. */
export const MESSAGES_USER = { name: 'chaos-messages', password: 'of-a-chaos-run' };

const ENV = {
  ...UNLIMITED,
  NODE_ENV: 'test',
  HOST: '127.0.0.1',
  SESSION_SECRET: 'a secret for chaos runs only',
  SEAL_SECRET: 'another secret for chaos runs only',
  DEMO_DATA: 'false',
  LOG_LEVEL: 'info',
  WORK_MAX_LENGTH: String(LIMITS.streamLength),
  // Small, so that clients page, gateways give up catching up, and clients start afresh.
  SYNC_PAGE_SIZE: '40',
  SYNC_MAX_BEHIND: '250',
  CATCH_UP_MAX: '150',
  RESYNC_SPREAD_MS: '1000',
};

/** Of two releases: neither checks what it only passes on of the other's. */
const AS_RELEASED = { NODE_ENV: 'production', REGISTRATION: 'open' };

/** Whether a process is of this release where two of them are mixed. */
export const isOfThis = (name: string) => name.endsWith('2');

/** A process of the system with what stands between it and the others. */
export interface Member {
  name: string;
  service: Service;
  process: ChaosProcess;
  /** Between it and Redis. */
  redisLinks: RedisLinks;
  /** Between its clients and it; gateways only. */
  clientLinks?: LinkProxy;
  /** Of those whose wall clock can be put wrong. */
  clock?: Clock;
}

export type Fsync = 'always' | 'everysec';
export type Relay = 'messages' | 'sharded' | 'mixed';

export interface SystemOptions {
  fsync: Fsync;
  relay: Relay;
  redis: RedisKind;
  wait: number;
}

/** A replica takes over soon: 1.5 s after its master fell silent. */
const FAILS_MS = 1500;

async function startKind({ fsync, redis }: SystemOptions, rights: string[]) {
  const args = ['--appendonly', 'yes', '--appendfsync', fsync, ...rights];
  if (redis === 'standalone') return { redis: await startRedis({ args }), servers: undefined };
  const servers =
    redis === 'cluster'
      ? await RedisCluster.start({ replicas: 1, nodeTimeoutMs: FAILS_MS, args })
      : await RedisSentinels.start({ downAfterMs: FAILS_MS, args });
  return { redis: new TestRedis(servers), servers };
}

/** The whole system as real processes, with proxies of the test's own between all of them. */
export class System {
  readonly members: Member[] = [];
  /** The address clients connect to. */
  url = '';
  private front: Process | undefined;

  private constructor(
    readonly redis: TestRedis,
    /** Straight to Redis, for the test itself. */
    readonly data: Redis,
    readonly folder: string,
    private readonly options: SystemOptions,
    private readonly previous?: string,
    /** The servers of a Redis that has several. */
    readonly servers?: Replicated,
  ) {}

  /**
   * Starts everything and waits until all of it is ready.
   * @param previous a checkout of the previous release, built: the first of each service is of that one
   */
  static async start(options: SystemOptions, previous?: string): Promise<System> {
    const { name, password } = MESSAGES_USER;
    const rights = ['--user', name, 'on', `>${password}`, '~*', '&*', '+@all'];
    const { redis, servers } = await startKind(options, rights);
    const folder = mkdtempSync(join(tmpdir(), 'redis-chat-chaos-'));
    const system = new System(redis, await redis.connect(), folder, options, previous, servers);
    try {
      for (const { service, name } of PROCESSES) system.members.push(await system.create(service, name));
      await system.startFront();
      for (const { process } of system.members) process.start();
      await system.allReady();
    } catch (error) {
      await system.stop();
      throw error;
    }
    return system;
  }

  /** @throws Error when there is no such process */
  member(name: string): Member {
    const member = this.members.find((one) => one.name === name);
    if (!member) throw new Error(`No process ${name}`);
    return member;
  }

  of(service: Service): Member[] {
    return this.members.filter((member) => member.service === service);
  }

  async allReady(): Promise<void> {
    await until(() => this.members.every(({ process }) => process.up), 'every process to be ready', BOOT_MS);
  }

  sampleMemory(): void {
    for (const { process } of this.members) process.sampleMemory();
  }

  /** @param keepLogs leaves the processes' logs in `folder` */
  async stop(keepLogs = false): Promise<void> {
    await Promise.all(this.members.map(({ process }) => process.stop()));
    for (const { redisLinks, clientLinks } of this.members) {
      redisLinks.stop();
      clientLinks?.stop();
    }
    this.front?.signal('SIGTERM');
    await this.redis.stop();
    if (!keepLogs) rmSync(this.folder, { recursive: true, force: true });
  }

  private async create(service: Service, name: string): Promise<Member> {
    const redisLinks = await RedisLinks.start(this.redis);
    const { relay, wait } = this.options;
    const port = await freePort();
    const library = WITH_OWN_CLOCK.includes(name) ? findFakeTime() : undefined;
    const clock = library ? new Clock(library, this.folder, name) : undefined;
    const user = service === 'messages' ? `${MESSAGES_USER.name}:${MESSAGES_USER.password}@` : '';
    const process = new ChaosProcess({
      name,
      app: service,
      port,
      env: {
        PATH: globalThis.process.env.PATH,
        ...ENV,
        ...clock?.env,
        ...(this.previous !== undefined && AS_RELEASED),
        ...redisLinks.env,
        REDIS_ENDPOINT_URL: this.redis.url.replace('://', `://${user}`),
        RELAY: relay === 'mixed' ? (name.endsWith('2') ? 'sharded' : 'messages') : relay,
        ...(wait > 0 && { STORE_WAIT_REPLICAS: String(wait) }),
        ...(service === 'gateway' && { GATEWAY_ID: name }),
      },
      logFile: join(this.folder, `${name}.log`),
      root: isOfThis(name) ? undefined : this.previous,
      changed: () => this.tellFront(),
    });
    const clientLinks = service === 'gateway' ? await LinkProxy.start(port) : undefined;
    return { name, service, process, redisLinks, clientLinks, clock };
  }

  private async startFront(): Promise<void> {
    const ports = this.of('gateway').map(({ clientLinks }) => String(clientLinks?.port));
    const stdio = ['ignore', 'inherit', 'inherit', 'ipc'] as const;
    this.front = new Process('front', fork(join(__dirname, 'front.mjs'), ports, { execArgv: [], stdio: [...stdio] }));
    this.url = `http://127.0.0.1:${(await this.front.message('ready')).port}`;
  }

  private tellFront(): void {
    if (this.front?.child.connected) this.front.child.send(this.of('gateway').map(({ process }) => process.up));
  }
}
