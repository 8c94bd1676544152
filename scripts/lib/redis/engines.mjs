import { createHash } from 'node:crypto';
import { onPath, run } from '../commands.mjs';
import { IMAGE } from './redis-process.mjs';

const CONTAINER_PORT = 6379;
const CONTAINER_FOLDER = '/data';

/**
 * How a private Redis is run. Either way it reads its settings from standard input, where no other user sees the
 * password.
 * @typedef {object} Engine
 * @property {string} kind
 * @property {string} what for people
 * @property {string} folder its data folder, as that Redis calls it
 * @property {(port: number) => [string, string[]]} command
 * @property {(port: number) => object} settings
 * @property {(pid: number) => unknown} kill ends it at once; `pid` is what that Redis calls its own
 */

/** @returns {Engine} a server program as a process of its own */
export function processEngine(program, folder) {
  return {
    kind: 'process',
    what: program,
    folder,
    command: () => [program, ['-']],
    settings: (port) => ({ port, bind: '127.0.0.1' }),
    kill(pid) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It is gone already.
      }
    },
  };
}

/** @returns {Engine} a container, named after the data folder: there cannot be two on the same files */
export function containerEngine(folder) {
  const name = `redis-chat-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  const uid = process.getuid?.();
  const user = uid ? ['--user', `${uid}:${process.getgid()}`] : [];
  return {
    kind: 'container',
    what: `a container (${IMAGE})`,
    folder: CONTAINER_FOLDER,
    command: (port) => [
      'docker',
      [
        ...['run', '--rm', '--interactive', '--name', name, ...user],
        ...['--publish', `127.0.0.1:${port}:${CONTAINER_PORT}`, '--volume', `${folder}:${CONTAINER_FOLDER}`],
        ...[IMAGE, 'redis-server', '-'],
      ],
    ],
    settings: () => ({ port: CONTAINER_PORT, bind: '0.0.0.0' }),
    kill: () => run('docker', ['kill', name]),
  };
}

/** Why no container can be had; undefined when Docker runs. */
export async function whyNoDocker(signal) {
  if (!onPath('docker')) return 'docker is not on the PATH';
  const { code } = await run('docker', ['info'], { signal, timeoutMs: 10_000 });
  return code === 0 ? undefined : 'Docker does not run';
}
