import { execFile } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, until } from '@app/testing';

const exec = promisify(execFile);
/** What `docker-compose build` makes. */
export const IMAGE = 'redis-chat:local';
/** A machine that is busy, and has to build first. */
const PATIENCE_MS = 300_000;

/** Runs a program. @throws Error with what it said, when it fails */
export async function run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 2 ** 28 };
  try {
    return (await exec(program, args, options)).stdout;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed:\n${`${stdout}\n${stderr}`.slice(-8000)}`);
  }
}

/** The project's docker-compose, under a name, with secrets and a port of its own. */
export class Compose {
  private readonly folder = mkdtempSync(join(tmpdir(), 'redis-chat-compose-'));
  private readonly options: string[];
  private program: string[] = [];
  port = 0;

  constructor(name: string) {
    const files = ['docker-compose.yml', 'test/containers/override.yml'];
    const env = ['--env-file', join(this.folder, '.env')];
    this.options = ['-p', name, ...files.flatMap((file) => ['-f', file]), ...env];
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** For deploy/*.sh; FILE: where a backup may be. */
  get env(): NodeJS.ProcessEnv {
    return { COMPOSE_OPTIONS: this.options.join(' '), FILE: join(this.folder, 'chat.rdb') };
  }

  /** Reads the files with a variable of .env left out. @throws Error with what docker-compose says */
  async without(variable: string): Promise<void> {
    const file = join(this.folder, '.env');
    const incomplete = join(this.folder, 'incomplete.env');
    const lines = readFileSync(file, 'utf8').split('\n');
    writeFileSync(incomplete, lines.filter((line) => !line.startsWith(`${variable}=`)).join('\n'));
    const [program = '', ...first] = this.program;
    await run(program, [...first, ...this.options.map((each) => (each === file ? incomplete : each)), 'config']);
  }

  /** Makes the secrets, builds the image and starts everything. */
  async start(): Promise<void> {
    this.program = await findCompose();
    this.port = await freePort();
    const env = join(this.folder, '.env');
    await run('sh', ['deploy/make-env.sh', env]);
    writeFileSync(env, readFileSync(env, 'utf8').replace(/^PORT=.*/m, `PORT=${this.port}`));
    await this.call('build');
    await this.up();
  }

  /** Changes .env: the chat is opened by TLS from now on. @returns the ports of HTTPS and of what is sent there */
  async startTls(): Promise<{ https: number; http: number; certificate: string }> {
    const [https, http] = [await freePort(), await freePort()];
    const folder = join(this.folder, 'tls');
    await run('sh', ['deploy/make-certificate.sh', 'localhost', folder]);
    const ports = `TLS_PORT=${https}\nHTTP_PORT=${http}\nTLS_BIND_ADDRESS=127.0.0.1\nTLS_FOLDER=${folder}\n`;
    appendFileSync(join(this.folder, '.env'), ports);
    await run('sh', ['deploy/make-env.sh', join(this.folder, '.env')], { PUBLIC_URL: `https://localhost:${https}` });
    await this.call('--profile', 'tls', 'up', '-d');
    await until(() => this.isReady(), 'the chat to answer', PATIENCE_MS);
    return { https, http, certificate: readFileSync(join(folder, 'fullchain.pem'), 'utf8') };
  }

  async up(): Promise<void> {
    await this.call('up', '-d');
    await until(() => this.isReady(), 'the chat to answer', PATIENCE_MS);
  }

  /** What `docker-compose build` does to an upgrade: from now on the image under another name is meant. */
  async retag(tag: string): Promise<void> {
    await run('docker', ['tag', IMAGE, `redis-chat:${tag}`]);
    appendFileSync(join(this.folder, '.env'), `TAG=${tag}\n`);
  }

  /** Removes the containers; the volumes stay. */
  async down(): Promise<void> {
    await this.call('down');
  }

  /** Removes everything but the image. */
  async remove(): Promise<void> {
    if (this.program.length > 0) await this.call('--profile', 'tls', 'down', '--volumes', '--remove-orphans');
    rmSync(this.folder, { recursive: true });
  }

  async call(...args: string[]): Promise<string> {
    const [program = '', ...first] = this.program;
    return run(program, [...first, ...this.options, ...args]);
  }

  /** The ids of a service's containers, or of all. */
  async containers(...services: string[]): Promise<string[]> {
    return (await this.call('ps', '-q', ...services)).trim().split('\n');
  }

  private async isReady(): Promise<boolean> {
    return fetch(`${this.url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  }
}

async function findCompose(): Promise<string[]> {
  const plugin = await run('docker', ['compose', 'version']).catch(() => undefined);
  return plugin === undefined ? ['docker-compose'] : ['docker', 'compose'];
}
