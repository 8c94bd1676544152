import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Backend } from './backend';
import { freePort } from './free-port';

/** Where the global teardown finds the process ids of servers that a spec left running. */
export const PID_FILE = 'redis.pid';

/**
 * A private server process with a folder of its own.
 * @param program `redis-server` or `valkey-server`, perhaps with its path
 * @param runFolder the run's folder; the server's lies below
 */
export async function processBackend(program: string, runFolder: string, args: string[]): Promise<Backend> {
  const folder = await mkdtemp(join(runFolder, 'redis-'));
  const port = await freePort();
  let child: ChildProcess | undefined;

  const kill = async () => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await rm(join(folder, PID_FILE), { force: true });
  };

  return {
    endpoint: { host: '127.0.0.1', port, tls: false },
    async start() {
      const started = spawn(
        program,
        ['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--pidfile', join(folder, PID_FILE), ...args],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      );
      child = started;
      await readyLine(started);
    },
    kill,
    async pause() {
      child?.kill('SIGSTOP');
    },
    async resume() {
      child?.kill('SIGCONT');
    },
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Resolves when the server says that it accepts connections; fails with its last words when it ends before. */
function readyLine(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    const onOutput = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-4000);
      if (/ready to accept connections/i.test(said)) resolve();
    };
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`The Redis for tests ended at once:\n${said}`)));
  });
}
