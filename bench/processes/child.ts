import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Place, pinned } from './cores';
import { cpuMs, residentBytes } from './proc';

const TYPESCRIPT = join(__dirname, '../../libs/streams/src/spec-support/register.cjs');
const COLLECT = join(__dirname, 'collect.cjs');
const LAST_WORDS = 4000;

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process of a system that is measured. */
export class Child {
  private said = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
  ) {
    running.add(child);
    child.once('exit', () => running.delete(child));
    const collect = (text: Buffer) => {
      this.said = (this.said + text.toString()).slice(-LAST_WORDS);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
  }

  /** What it listens on, once ready. */
  port = 0;

  /** Runs any program; whoever calls knows when it is ready. */
  static spawn(name: string, place: Place, command: string, args: readonly string[], env = process.env): Child {
    const [program, all] = pinned(place, command, args);
    return new Child(name, spawn(program, all, { env, stdio: ['ignore', 'pipe', 'pipe'] }));
  }

  /**
   * Runs a Node.js program, JavaScript or TypeScript, and waits until it says over IPC `{type: 'ready', port}`.
   * @throws Error with its last words when it ends instead
   */
  static async node(name: string, place: Place, file: string, env: Record<string, string>): Promise<Child> {
    const hook = file.endsWith('.ts') ? ['-r', TYPESCRIPT] : [];
    const [program, args] = pinned(place, process.execPath, ['--expose-gc', '-r', COLLECT, ...hook, file]);
    const { PATH = '' } = process.env;
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    const child = new Child(name, spawn(program, args, { env: { PATH, ...env }, stdio: [...stdio] }));
    child.port = (await child.message('ready')).port ?? 0;
    return child;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get cpuMs(): number {
    return cpuMs(this.pid);
  }

  /** What it occupies when its garbage is collected. */
  async residentBytes(): Promise<number> {
    const collected = this.message('collected');
    this.child.kill('SIGUSR2');
    await collected;
    return residentBytes(this.pid);
  }

  get hasEnded(): boolean {
    return !running.has(this.child);
  }

  /** What it said last. */
  get lastWords(): string {
    return this.said;
  }

  /** Resolves when its output has that. @throws Error with its last words when it ends instead */
  says(what: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (what.test(this.said)) resolve();
      };
      this.child.stdout?.on('data', look);
      this.child.once('error', reject);
      this.child.once('exit', () => reject(new Error(`${this.name} ended:\n${this.said}`)));
    });
  }

  /** Tells it something over IPC; resolves with the next thing it says of that type. */
  async ask<T>(message: object, type: string): Promise<T> {
    const answer = this.message(type);
    this.child.send(message);
    return (await answer) as T;
  }

  /** Ends it; resolves when it is gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!running.has(this.child)) return;
    const gone = once(this.child, 'exit');
    this.child.kill(signal);
    await gone;
  }

  private message(type: string): Promise<{ port?: number }> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error(`${this.name} ended:\n${this.said}`));
      const onMessage = (message: { type?: string; port?: number }) => {
        if (message.type !== type) return;
        this.child.off('message', onMessage);
        this.child.off('exit', onExit);
        resolve(message);
      };
      this.child.on('message', onMessage);
      this.child.once('exit', onExit);
      this.child.once('error', reject);
    });
  }
}
