import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEndpoint, type RedisEndpoint } from '@app/redis';
import { freePort } from '../../../../scripts/lib/free-port.mjs';
import { Process } from '../../../../scripts/lib/process.mjs';
import type { Backend } from './backend';

/** Where the global teardown finds the process ids of servers that a spec left running. */
export const PID_FILE = 'redis.pid';
const CONFIGURATION = 'redis.conf';
const READY = /ready to accept connections|Sentinel ID is/i;

export interface ServerOptions {
  /** As of a command line; `--save ''` is two of them. */
  args: readonly string[];
  /** A free one; drawn when not said. */
  port?: number;
  /** Lines of a Sentinel's configuration: then it is one. */
  sentinel?: readonly string[];
}

/** A private server process with a folder of its own. */
export class ServerProcess implements Backend {
  readonly url: string;
  readonly endpoint: RedisEndpoint;
  readonly ports: readonly number[];
  private process: Process | undefined;
  private isPaused = false;

  private constructor(
    private readonly program: string,
    readonly folder: string,
    readonly port: number,
    private readonly isSentinel: boolean,
  ) {
    this.url = `redis://127.0.0.1:${port}`;
    this.endpoint = parseEndpoint(this.url);
    this.ports = [port];
  }

  /**
   * Gives it a folder and a port; `start` starts it.
   * @param program `redis-server` or `valkey-server`, perhaps with its path
   * @param runFolder the run's folder; the server's lies below
   */
  static async create(program: string, runFolder: string, options: ServerOptions): Promise<ServerProcess> {
    const { args, port = await freePort(), sentinel } = options;
    const folder = await mkdtemp(join(runFolder, 'redis-'));
    const own = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--pidfile', join(folder, PID_FILE)];
    // A file, as Sentinels rewrite it.
    const lines = [...inLines([...own, ...args]), ...(sentinel ?? [])];
    await writeFile(join(folder, CONFIGURATION), `${lines.join('\n')}\n`);
    return new ServerProcess(program, folder, port, sentinel !== undefined);
  }

  get isRunning(): boolean {
    return this.process?.isRunning ?? false;
  }

  /** It runs and is not frozen. */
  get answers(): boolean {
    return this.isRunning && !this.isPaused;
  }

  async start(): Promise<void> {
    const args = [join(this.folder, CONFIGURATION), ...(this.isSentinel ? ['--sentinel'] : [])];
    this.process = new Process('Redis', spawn(this.program, args, { stdio: ['ignore', 'pipe', 'pipe'] }));
    await this.process.says(READY);
  }

  async kill(): Promise<void> {
    this.isPaused = false;
    if (!this.process?.isRunning) return;
    await this.process.end('SIGKILL');
    await rm(join(this.folder, PID_FILE), { force: true });
  }

  async pause(): Promise<void> {
    this.isPaused = this.process?.signal('SIGSTOP') ?? false;
  }

  async resume(): Promise<void> {
    this.process?.signal('SIGCONT');
    this.isPaused = false;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A command line as lines of a file: each option with its values. */
function inLines(args: readonly string[]): string[] {
  const lines: string[] = [];
  for (const arg of args) {
    if (arg.startsWith('--')) lines.push(arg.slice(2));
    else lines.push(`${lines.pop()} ${JSON.stringify(arg)}`);
  }
  return lines;
}
