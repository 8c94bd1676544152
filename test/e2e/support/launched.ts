import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectRedis, whenReady } from '@app/redis';
import { freePort, type TestRedis } from '@app/testing';
import { Process } from '../../../scripts/lib/process.mjs';

const START_MS = 60_000;
const ANSWER_MS = 2000;

export interface LaunchOptions {
  /** Else it gets one of its own. */
  redis?: TestRedis;
  /** Of an earlier start, with what that left; else a new one. */
  folder?: string;
  /** Of an earlier start; else a free one. */
  port?: number;
  /** Its options. */
  args?: string[];
}

/** What `npm start` runs. */
export class Launched {
  private readonly process: Process;
  private readonly killed = new Set<number>();

  private constructor(
    env: NodeJS.ProcessEnv,
    args: readonly string[],
    /** Its data folder. */
    readonly folder: string,
    readonly port: number,
  ) {
    const all = { ...env, DATA_DIR: folder, PORT: `${port}`, BCRYPT_ROUNDS: '4' };
    const stdio = ['ignore', 'pipe', 'pipe'] as const;
    const child = spawn(process.execPath, ['scripts/start.mjs', ...args], { env: all, stdio: [...stdio] });
    this.process = new Process('npm start', child, { keep: Number.POSITIVE_INFINITY });
  }

  /**
   * Starts it; resolves when it has said its address.
   * @throws Error with what it said when it ends instead
   */
  static async start({ redis, args = [], ...where }: LaunchOptions): Promise<Launched> {
    const folder = where.folder ?? (await mkdtemp(join(tmpdir(), 'redis-chat-start-')));
    const { NODE_ENV: _, REDIS_ENDPOINT_URL: __, REDIS_URL: ___, ...inherited } = process.env;
    const env = { ...inherited, ...(redis && { REDIS_ENDPOINT_URL: redis.url }) };
    const launched = new Launched(env, args, folder, where.port ?? (await freePort()));
    await launched.says('redis-chat is ready').catch(async (error: Error) => {
      await (where.folder ? launched.stop() : launched.discard());
      throw error;
    });
    return launched;
  }

  /** The one address for everybody. */
  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** A gateway's own address, where there are several; they are counted from 1. */
  gatewayUrl(gateway: number): string {
    return `http://localhost:${this.port + gateway}`;
  }

  /** SIGKILL; nothing where it is down already. */
  killGateway(gateway: number): void {
    const log = this.process.stdout.split('\n').filter((line) => line.startsWith('{'));
    const listening = log
      .map((line) => JSON.parse(line) as { msg: string; port?: number; pid: number })
      .findLast(({ msg, port }) => msg === 'listening' && port === this.port + gateway);
    if (!listening) throw new Error(`gateway ${gateway} has never listened`);
    if (this.killed.has(listening.pid)) return;
    this.killed.add(listening.pid);
    process.kill(listening.pid, 'SIGKILL');
  }

  /** Ends the Redis that it got for itself. */
  async endRedis(): Promise<void> {
    const { port, password } = JSON.parse(await readFile(join(this.folder, 'redis.json'), 'utf8'));
    const redis = connectRedis({ host: '127.0.0.1', port, password, tls: false }, 'commands', 'test');
    try {
      await whenReady(redis, AbortSignal.timeout(ANSWER_MS));
      await redis.shutdown().catch(() => undefined);
    } finally {
      redis.disconnect();
    }
  }

  /** Waits until it has printed this. @throws Error with what it said when it ends instead, or does not in time */
  async says(text: string): Promise<void> {
    const late = AbortSignal.timeout(START_MS);
    await Promise.race([this.process.says(text), once(late, 'abort')]);
    if (late.aborted) throw new Error(`npm start did not say "${text}": ${this.process.lastWords}`);
  }

  /** As Ctrl-C does. @returns its exit code */
  async stop(): Promise<number | null> {
    await this.process.end('SIGINT');
    return (await this.process.exited).code;
  }

  /** SIGKILL for the launcher alone: nobody stops the rest. */
  async kill(): Promise<void> {
    await this.process.end('SIGKILL');
  }

  /** Stops it and removes what it kept, a Redis that was left running included. */
  async discard(): Promise<void> {
    await this.stop();
    await this.endRedis().catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }
}
