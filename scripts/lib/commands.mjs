import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './folders.mjs';

/** A command that was asked to stop is ended by force after this time. */
const FORCE_MS = 4000;

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
 * @param {{ env?: object, cwd?: string, signal?: AbortSignal, show?: boolean, timeoutMs?: number, whole?: boolean, onStart?: (pid: number) => void }} options
 *   `show`: print it as it comes instead; `whole`: what it starts itself is ended with it, and a Ctrl-C reaches this process alone
 * @returns {Promise<{ code: number, output: string }>} code 127 when it cannot be run at all, 1 when a signal ended it
 * @throws the signal's reason when that comes first, once the command is gone
 */
export function run(command, args, { env, cwd = ROOT, signal, show = false, timeoutMs, whole = false, onStart } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      detached: whole,
      env: { ...process.env, ...env },
      stdio: ['ignore', show ? 'inherit' : 'pipe', show ? 'inherit' : 'pipe'],
      timeout: timeoutMs,
    });
    if (child.pid) onStart?.(child.pid);
    const end = (how) => endProcess(child, whole, how);
    // When this process exits before the command has ended, the command is killed, too.
    const atExit = () => end('SIGKILL');
    process.once('exit', atExit);
    let force;
    const stop = () => {
      end('SIGTERM');
      force = setTimeout(() => end('SIGKILL'), FORCE_MS);
    };
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
    const over = () => {
      clearTimeout(force);
      signal?.removeEventListener('abort', stop);
      process.off('exit', atExit);
    };
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.once('error', (error) => {
      // It runs, and is waited for.
      if (child.pid) return;
      over();
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: 127, output: error.message });
    });
    child.once('close', (code) => {
      over();
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? 1, output });
    });
  });
}

function endProcess({ pid, exitCode, signalCode }, whole, how) {
  if (!pid) return;
  // The group may outlive its first process.
  if (!whole && (exitCode !== null || signalCode !== null)) return;
  try {
    process.kill(whole ? -pid : pid, how);
  } catch {
    // It is gone already.
  }
}
