// npm run chaos: installs and builds what is missing, then runs main.ts.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { ensureInstalled } from '../../scripts/lib/install.mjs';
import { findOrInstallServer } from '../../scripts/lib/redis/server-program.mjs';
import { stopSignal } from '../../scripts/lib/stop-signals.mjs';
import { installPackage } from '../../scripts/lib/system-packages.mjs';
import { Refusal, say } from '../../scripts/lib/terminal.mjs';
import { runTypeScript } from '../../scripts/lib/typescript.mjs';

const signal = stopSignal(() => process.exit(130));

async function prepare() {
  await ensureInstalled(signal);
  await ensureBuilt(signal, ['server']);
  const { command, why } = await findOrInstallServer(signal);
  if (!command) throw new Refusal(`No Redis for the run: ${why.join('; ')}`);
  if (process.platform === 'linux' && !hasFakeTime()) {
    const failed = await installPackage({ apt: ['faketime'] }, signal);
    if (failed) say(`No clock will be put wrong: ${failed}`);
  }
}

function hasFakeTime() {
  return existsSync('/usr/lib') && readdirSync('/usr/lib').some((name) => existsSync(`/usr/lib/${name}/faketime`));
}

try {
  await prepare();
  process.exit(await runTypeScript(fileURLToPath(new URL('main.ts', import.meta.url)), signal));
} catch (error) {
  say(error instanceof Refusal ? error.message : error.stack);
  process.exit(1);
}
