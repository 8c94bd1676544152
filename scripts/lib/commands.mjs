import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './folders.mjs';

/** The first file on the PATH by that name that can be run; undefined when there is none. */
export function onPath(name, env = process.env) {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const file = join(folder || '.', name);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * Runs a command to its end and keeps what it prints.
 * @param {{ env?: object, signal?: AbortSignal, show?: boolean, timeoutMs?: number }} options `show`: print it as it comes instead
 * @returns {Promise<{ code: number, output: string }>} code 127 when it cannot be run at all, 1 when a signal ended it
 * @throws the signal's reason when that comes first
 */
export function run(command, args, { env, signal, show = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
      timeout: timeoutMs,
      signal,
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => {
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? 1, output });
    });
  });
}
