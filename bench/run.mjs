// npm run bench: installs and builds what is missing, then runs main.ts.
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../scripts/lib/build.mjs';
import { ensureInstalled } from '../scripts/lib/install.mjs';
import { findOrInstallServer } from '../scripts/lib/redis/server-program.mjs';
import { stopSignal } from '../scripts/lib/stop-signals.mjs';
import { Refusal, say } from '../scripts/lib/terminal.mjs';
import { runTypeScript } from '../scripts/lib/typescript.mjs';

const signal = stopSignal(() => process.exit(130));

try {
  await ensureInstalled(signal);
  await ensureBuilt(signal);
  const { command, why } = await findOrInstallServer(signal);
  if (!command) throw new Refusal(`No Redis to measure with: ${why.join('; ')}`);
  process.env.REDIS_SERVER = command;
  process.exit(await runTypeScript(fileURLToPath(new URL('main.ts', import.meta.url)), signal));
} catch (error) {
  say(error instanceof Refusal ? error.message : error.stack);
  process.exit(1);
}
