import { onPath, run } from '../commands.mjs';
import { installPackage } from '../system-packages.mjs';
import { say } from '../terminal.mjs';
import { PROGRAMS } from './redis-process.mjs';

/** The oldest that is tested. */
export const OLDEST_MAJOR = 7;

/**
 * A server program on the PATH, new enough.
 * @returns {Promise<{ command?: string, why?: string }>} where it is, or why there is none
 */
export async function findServer(signal) {
  let why = 'neither redis-server nor valkey-server is on the PATH';
  for (const name of PROGRAMS) {
    const command = onPath(name);
    if (!command) continue;
    const { output } = await run(command, ['--version'], { signal });
    const version = majorOf(output);
    if (version >= OLDEST_MAJOR) return { command };
    why = `${command} is older than version ${OLDEST_MAJOR}`;
  }
  return { why };
}

/** `Redis server v=7.0.15 sha=…` → 7; 0 when it says something else. */
export function majorOf(text) {
  return Number(/\bv=(\d+)\./.exec(text)?.[1] ?? 0);
}

/**
 * The same, installed when there is none and that needs no question.
 * @returns {Promise<{ command?: string, why: string[] }>}
 */
export async function findOrInstallServer(signal) {
  const found = await findServer(signal);
  if (found.command) return { command: found.command, why: [] };
  const failed = await installPackage({ apt: ['redis-server'], brew: 'redis' }, signal);
  if (failed) return { why: [found.why, failed] };
  const installed = await findServer(signal);
  if (installed.command) say(`Installed ${installed.command}; its system service is off, this project runs its own.`);
  return { command: installed.command, why: installed.command ? [] : [installed.why] };
}
