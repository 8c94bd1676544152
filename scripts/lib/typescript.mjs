import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from './folders.mjs';
import { say } from './terminal.mjs';

const HOOK = join(ROOT, 'libs/streams/src/spec-support/register.cjs');

/**
 * Runs a TypeScript program of the tests, with this one's arguments, on Redis processes of its own.
 * @param {string} file
 * @param {AbortSignal} signal ends it
 * @returns {Promise<number>} its exit code
 */
export function runTypeScript(file, signal) {
  const child = spawn(process.execPath, ['-r', HOOK, file, ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...process.env, TEST_REDIS: 'process' },
    stdio: 'inherit',
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('exit', (code, endedBy) => {
      if (endedBy) say(`The run was ended by ${endedBy}.`);
      resolve(code ?? 1);
    });
  });
}
