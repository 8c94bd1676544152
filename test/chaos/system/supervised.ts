import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { MemorySample } from '../memory';

const RESTART_MS = 200;
const MEMORY_PROBE = ['--expose-gc', '-r', join(__dirname, 'memory-probe.cjs')];

type Message = { type: 'ready' } | { type: 'memory'; rss: number; heap: number };

export interface SupervisedOptions {
  name: string;
  app: string;
  port: number;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** It became ready, or ended. */
  changed: () => void;
}

/** A real process of a built service that is started again whenever it ends, and that can be ill-treated. */
export class Supervised {
  /** Ends that nobody asked for. */
  readonly exits: string[] = [];
  /** Memory over time, for each of its lives. */
  readonly memory: MemorySample[][] = [];
  private child: ChildProcess | undefined;
  private readonly log: WriteStream;
  private isReady = false;
  private isStopping = false;
  private isRestarting = false;
  /** The next end is meant; and how long it stays dead. */
  private killedFor: number | undefined;

  constructor(private readonly options: SupervisedOptions) {
    this.log = createWriteStream(options.logFile);
  }

  get name(): string {
    return this.options.name;
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  get ready(): boolean {
    return this.isReady;
  }

  start(): void {
    if (this.isStopping) return;
    const { app, port, changed } = this.options;
    const env = { ...this.options.env, PORT: String(port) };
    const main = join(process.cwd(), 'dist', 'apps', app, 'src', 'main.js');
    const child = fork(main, [], { env, execArgv: MEMORY_PROBE, silent: true });
    this.child = child;
    this.memory.push([]);
    child.stdout?.pipe(this.log, { end: false });
    child.stderr?.pipe(this.log, { end: false });
    child.on('message', (message: Message) => {
      if (child !== this.child) return;
      if (message.type === 'memory') {
        this.memory.at(-1)?.push({ atMs: Date.now(), rss: message.rss, heap: message.heap });
      }
      if (message.type !== 'ready') return;
      this.isReady = true;
      changed();
    });
    child.once('exit', (code, signal) => {
      forgetClock(child.pid);
      this.ended(code, signal);
    });
  }

  /** SIGKILL; started again after `deadMs`. @returns whether there was something to kill */
  kill(deadMs: number): boolean {
    if (!this.child) return false;
    this.killedFor = deadMs;
    return this.child.kill('SIGKILL');
  }

  /** SIGTERM, as a rolling upgrade does; started again once it has ended by itself. */
  restart(): void {
    this.isRestarting = true;
    this.child?.kill('SIGTERM');
  }

  /** SIGSTOP: it stands still, its connections stay open. @returns whether there was something to stop */
  pause(): boolean {
    return this.child?.kill('SIGSTOP') ?? false;
  }

  /** Lets it go on. */
  resume(): boolean {
    return this.child?.kill('SIGCONT') ?? false;
  }

  /** Asks how much memory it has; answered later, in `memory`. */
  sampleMemory(): void {
    if (this.isReady && this.child?.connected) this.child.send('memory?', () => undefined);
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.isStopping = true;
    if (this.child) {
      const gone = once(this.child, 'exit');
      this.child.kill('SIGCONT');
      this.child.kill('SIGTERM');
      await gone;
    }
    this.log.end();
  }

  private ended(code: number | null, signal: NodeJS.Signals | null): void {
    this.child = undefined;
    this.isReady = false;
    const killedFor = this.killedFor;
    this.killedFor = undefined;
    const isMeant = killedFor !== undefined || this.isStopping || (this.isRestarting && code === 0);
    this.isRestarting = false;
    if (!isMeant) this.exits.push(`${this.name}: ${signal ?? `exit code ${code}`}`);
    this.options.changed();
    if (!this.isStopping) setTimeout(() => this.start(), killedFor ?? RESTART_MS);
  }
}

/** What libfaketime leaves of a process that was killed; another process may get its id. */
function forgetClock(pid: number | undefined): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]) rmSync(`/dev/shm/${name}`, { force: true });
}
