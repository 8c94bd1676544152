import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, type TestRedis, until } from '@app/testing';

const START_MS = 60_000;

/** What `npm start` runs, with two gateways behind its front. */
export class Launched {
  private said = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {
    const collect = (chunk: Buffer) => {
      this.said += chunk.toString();
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  }

  /** Starts it on a Redis that is there; resolves when it has said its address. */
  static async start(redis: TestRedis): Promise<Launched> {
    const folder = await mkdtemp(join(tmpdir(), 'redis-chat-start-'));
    const port = await freePort();
    const { NODE_ENV: _, ...inherited } = process.env;
    const env = { ...inherited, DATA_DIR: folder, PORT: `${port}`, REDIS_ENDPOINT_URL: redis.url, BCRYPT_ROUNDS: '4' };
    const child = spawn(process.execPath, ['scripts/start.mjs'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const launched = new Launched(child, folder, port);
    await launched.says('redis-chat is ready').catch(async (error: Error) => {
      await launched.stop();
      throw new Error(`${error.message}:\n${launched.said.slice(-2000)}`);
    });
    return launched;
  }

  /** The one address for everybody. */
  get url(): string {
    return `http://localhost:${this.port}`;
  }

  /** A gateway's own address; they are counted from 1. */
  gatewayUrl(gateway: number): string {
    return `http://localhost:${this.port + gateway}`;
  }

  /** SIGKILL. */
  killGateway(gateway: number): void {
    const log = this.said.split('\n').filter((line) => line.startsWith('{'));
    const listening = log
      .map((line) => JSON.parse(line) as { msg: string; port?: number; pid: number })
      .findLast(({ msg, port }) => msg === 'listening' && port === this.port + gateway);
    if (!listening) throw new Error(`gateway ${gateway} has never listened`);
    process.kill(listening.pid, 'SIGKILL');
  }

  /** Waits until it has printed this, and has not ended. */
  async says(text: string): Promise<void> {
    await until(() => this.said.includes(text) || this.hasEnded, `"${text}" of npm start`, START_MS);
    if (!this.said.includes(text)) throw new Error(`npm start ended without "${text}"`);
  }

  /** As Ctrl-C does. @returns its exit code */
  async stop(): Promise<number | null> {
    if (!this.hasEnded) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGINT');
      await gone;
    }
    await rm(this.folder, { recursive: true, force: true });
    return this.child.exitCode;
  }

  private get hasEnded(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }
}
