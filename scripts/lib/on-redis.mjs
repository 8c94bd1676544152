import { fileURLToPath } from 'node:url';
import { ensureBuilt } from './build.mjs';
import { ensureInstalled } from './install.mjs';
import { findOrInstallServer } from './redis/server-program.mjs';
import { stopSignal } from './stop-signals.mjs';
import { Refusal, say } from './terminal.mjs';
import { runTypeScript } from './typescript.mjs';

/**
 * Runs a TypeScript program that tries or measures the built system on a Redis of its own, and ends with its exit code;
 * installs and builds what is missing. REDIS_SERVER names the program for Redis.
 * @param {URL} program
 * @param {{ prepare?: (signal: AbortSignal) => Promise<void>, parts?: ('server' | 'client')[] }} [needs] what else is needed;
 *   what is built, all when not said
 */
export async function runOnRedis(program, { prepare, parts } = {}) {
  const signal = stopSignal(() => process.exit(130));
  try {
    await ensureInstalled(signal);
    await ensureBuilt(signal, parts);
    const { command, why } = await findOrInstallServer(signal);
    if (!command) throw new Refusal(`No Redis for the run: ${why.join('; ')}`);
    process.env.REDIS_SERVER = command;
    await prepare?.(signal);
    process.exit(await runTypeScript(fileURLToPath(program), signal));
  } catch (error) {
    say(error instanceof Refusal ? error.message : error.stack);
    process.exit(1);
  }
}
