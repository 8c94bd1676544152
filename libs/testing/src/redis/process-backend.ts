import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../../../scripts/lib/free-port.mjs';
import type { Process } from '../../../../scripts/lib/process.mjs';
import { startRedisProcess } from '../../../../scripts/lib/redis/redis-process.mjs';
import type { Backend } from './backend';

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
  let server: Process | undefined;

  const kill = async () => {
    if (!server?.isRunning) return;
    await server.end('SIGKILL');
    await rm(join(folder, PID_FILE), { force: true });
  };

  return {
    endpoint: { host: '127.0.0.1', port, tls: false },
    async start() {
      const pidFile = ['--pidfile', join(folder, PID_FILE)];
      server = await startRedisProcess({ port, folder, args: [...pidFile, ...args] }, program);
    },
    kill,
    async pause() {
      server?.signal('SIGSTOP');
    },
    async resume() {
      server?.signal('SIGCONT');
    },
    async remove() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
