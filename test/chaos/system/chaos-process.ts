import { fork } from 'node:child_process';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { Process } from '../../../scripts/lib/process.mjs';
import { type Ended, type Running, Supervised } from '../../../scripts/lib/supervised.mjs';
import type { MemorySample } from '../memory';

const RESTART_MS = 200;
/** It has its own grace; longer only what hangs. */
const STOP_MS = 60_000;
const MEMORY_PROBE = ['--expose-gc', '-r', join(__dirname, 'memory-probe.cjs')];

export interface ChaosProcessOptions {
  name: string;
  app: string;
  port: number;
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** The checkout it is of; this one when not said. */
  root?: string;
  /** It became ready, or ended. */
  changed: () => void;
}

/** A real process of a built service that can be ill-treated. */
export class ChaosProcess extends Supervised {
  /** Ends that nobody asked for. */
  readonly exits: string[] = [];
  /** Memory over time, for each of its lives. */
  readonly memory: MemorySample[][] = [];
  private readonly log: WriteStream;
  private process: Process | undefined;
  private isRestarting = false;
  /** The next end is meant; and how long it stays dead. */
  private killedFor: number | undefined;
  /** Modules that its next lives load first. */
  preload: readonly string[] = [];

  constructor(private readonly options: ChaosProcessOptions) {
    super(options.name, () => this.begin(), options.changed);
    this.log = createWriteStream(options.logFile);
  }

  get url(): string {
    return `http://127.0.0.1:${this.options.port}`;
  }

  /** SIGKILL; started again after `deadMs`. @returns whether there was something to kill */
  killFor(deadMs: number): boolean {
    const isThere = this.process?.signal('SIGKILL') ?? false;
    if (isThere) this.killedFor = deadMs;
    return isThere;
  }

  /** SIGTERM, as a rolling upgrade does; started again once it has ended by itself. */
  override restart(): void {
    this.isRestarting = true;
    this.process?.signal('SIGTERM');
  }

  /** SIGSTOP: it stands still, its connections stay open. @returns whether there was something to stop */
  pause(): boolean {
    return this.process?.signal('SIGSTOP') ?? false;
  }

  /** Lets it go on. */
  resume(): boolean {
    return this.process?.signal('SIGCONT') ?? false;
  }

  /** Asks how much memory it has; answered later, in `memory`. */
  sampleMemory(): void {
    const child = this.process?.child;
    if (this.up && child?.connected) child.send('memory?', () => undefined);
  }

  override async stop(): Promise<void> {
    const stopped = super.stop(STOP_MS);
    this.resume();
    await stopped;
    this.log.end();
  }

  override pauseAfter({ code, text }: Ended): number {
    const { killedFor, isRestarting } = this;
    this.killedFor = undefined;
    this.isRestarting = false;
    const isMeant = killedFor !== undefined || (isRestarting && code === 0);
    if (!isMeant) this.exits.push(`${this.name}: ${text}`);
    return killedFor ?? RESTART_MS;
  }

  private begin(): Running {
    const { name, app, port, env, root = process.cwd() } = this.options;
    const main = join(root, 'dist', 'apps', app, 'src', 'main.js');
    const execArgv = [...MEMORY_PROBE, ...this.preload.flatMap((file) => ['-r', file])];
    const child = fork(main, [], { cwd: root, env: { ...env, PORT: String(port) }, execArgv, silent: true });
    const launched = new Process(name, child);
    this.process = launched;
    const samples: MemorySample[] = [];
    this.memory.push(samples);
    child.stdout?.pipe(this.log, { end: false });
    child.stderr?.pipe(this.log, { end: false });
    child.on('message', (message: { type?: string; rss: number; heap: number }) => {
      if (message.type === 'memory') samples.push({ atMs: Date.now(), rss: message.rss, heap: message.heap });
    });
    void launched.exited.then(() => forgetClock(launched.pid));
    return launched.running;
  }
}

/** What libfaketime leaves of a process that was killed; another process may get its id. */
function forgetClock(pid: number): void {
  for (const name of [`faketime_shm_${pid}`, `sem.faketime_sem_${pid}`]) rmSync(`/dev/shm/${name}`, { force: true });
}
