import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { Process } from '../../scripts/lib/process.mjs';
import { type Place, pinned } from './cores';
import { nodeProgram } from './node';
import { cpuMs, residentBytes } from './proc';

const TYPESCRIPT = join(__dirname, '../../libs/streams/src/spec-support/register.cjs');
const COLLECT = join(__dirname, 'collect.cjs');

const running = new Set<ChildProcess>();
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** A process of a system that is measured. */
export class Child extends Process {
  /** What it listens on, once ready. */
  port = 0;

  private constructor(name: string, child: ChildProcess) {
    super(name, child);
    running.add(child);
    child.once('exit', () => running.delete(child));
  }

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
    const [program, args] = pinned(place, nodeProgram(), ['--expose-gc', '-r', COLLECT, ...hook, file]);
    const { PATH = '' } = process.env;
    const stdio = ['ignore', 'pipe', 'pipe', 'ipc'] as const;
    const child = new Child(name, spawn(program, args, { env: { PATH, ...env }, stdio: [...stdio] }));
    child.port = (await child.message('ready')).port ?? 0;
    return child;
  }

  get cpuMs(): number {
    return cpuMs(this.pid);
  }

  /** What it occupies when its garbage is collected, in bytes: all of it, its objects and buffers, its compiled code. */
  async memory(): Promise<{ resident: number; heap: number; code: number }> {
    const collected = this.message('collected');
    this.signal('SIGUSR2');
    const { resident, heap, code } = await collected;
    return { resident, heap, code };
  }

  async residentBytes(): Promise<number> {
    await this.memory();
    return residentBytes(this.pid);
  }

  /** Writes a heap snapshot to a file; everything else waits meanwhile. */
  async heapSnapshot(file: string): Promise<void> {
    await this.ask({ type: 'snapshot', file }, 'snapshot taken');
  }
}
