import { execFileSync, fork } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Process } from '../../../../scripts/lib/process.mjs';

const KEEP = 200_000;

/** A real process of a built service. */
export class ServiceProcess extends Process {
  /** The port it listens on, once it is ready. */
  port = 0;

  /**
   * Starts `dist/apps/{name}` and does not wait for it.
   * @param execArgv more of Node.js' own command line
   */
  static launch(name: string, env: Record<string, string>, execArgv: string[] = []): ServiceProcess {
    const main = join(process.cwd(), 'dist', 'apps', name, 'src', 'main.js');
    // `test`: what a process makes is checked against its contract, to the letter.
    const settings = { ...process.env, NODE_ENV: 'test', HOST: '127.0.0.1', PORT: '0', ...env };
    return new ServiceProcess(name, fork(main, [], { env: settings, execArgv, silent: true }), { keep: KEEP });
  }

  /**
   * The same, and waits until it is ready.
   * @throws Error with the end of its output when it ends instead
   */
  static async start(...what: Parameters<typeof ServiceProcess.launch>): Promise<ServiceProcess> {
    const service = ServiceProcess.launch(...what);
    service.port = (await service.message('ready')).port;
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it wrote on standard output. */
  get logs(): string {
    return this.stdout;
  }

  /** What it occupies of the machine's memory. */
  get residentMiB(): number {
    const inKiB = existsSync('/proc/self/status')
      ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8'))?.[1]
      : execFileSync('ps', ['-o', 'rss=', '-p', `${this.pid}`], { encoding: 'utf8' });
    return Number(inKiB) / 1024;
  }

  /** Its memory after a garbage collection, in bytes; only of one that was started with a probe that answers. */
  memory(): Promise<{ rss: number; heap: number }> {
    return this.ask('memory?', 'memory');
  }
}
