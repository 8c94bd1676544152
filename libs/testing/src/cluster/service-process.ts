import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A real process of a built service. */
export class ServiceProcess {
  private output = '';

  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    /** The port it listens on. */
    readonly port: number,
  ) {}

  /**
   * Starts `dist/apps/{name}` and waits until it is ready.
   * @param execArgv more of Node.js' own command line
   * @throws Error with the end of its output when it ends instead
   */
  static async start(name: string, env: Record<string, string>, execArgv: string[] = []): Promise<ServiceProcess> {
    const main = join(process.cwd(), 'dist', 'apps', name, 'src', 'main.js');
    const { NODE_ENV: _, ...inherited } = process.env;
    const settings = { ...inherited, HOST: '127.0.0.1', PORT: '0', ...env };
    const child = fork(main, [], { env: settings, execArgv, silent: true });
    let output = '';
    const collect = (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-200_000);
    };
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    const port = await new Promise<number>((resolve, reject) => {
      child.on('message', (message: { type?: string; port?: number }) => {
        if (message.type === 'ready' && message.port) resolve(message.port);
      });
      child.on('exit', (code) => reject(new Error(`${name} ended with ${code}: ${output.slice(-2000)}`)));
    });
    const service = new ServiceProcess(name, child, port);
    service.output = output;
    child.stdout?.on('data', (chunk: Buffer) => {
      service.output = (service.output + chunk.toString()).slice(-200_000);
    });
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** What it wrote on standard output. */
  get logs(): string {
    return this.output;
  }

  /** What it occupies of the machine's memory. */
  get residentMiB(): number {
    const { pid } = this.child;
    const inKiB = existsSync('/proc/self/status')
      ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' });
    return Number(inKiB) / 1024;
  }

  /** Its memory after a garbage collection, in bytes; only of one that was started with a probe that answers. */
  async memory(): Promise<{ rss: number; heap: number }> {
    const answered = once(this.child, 'message');
    this.child.send('memory?');
    const [answer] = (await answered) as [{ rss: number; heap: number }];
    return answer;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** What it ended with; null while it runs, or when a signal ended it. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Resolves when it is gone. */
  get ended(): Promise<unknown> {
    return this.isRunning ? new Promise((resolve) => this.child.once('exit', resolve)) : Promise.resolve();
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Ends it; resolves when it is gone. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (!this.isRunning) return;
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill(signal);
    if (signal !== 'SIGKILL') this.child.kill('SIGCONT');
    await gone;
  }
}
