// npm run measure: installs and builds what is missing, then runs main.ts.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { firstLoad } from '../../scripts/lib/first-load.mjs';
import { ROOT } from '../../scripts/lib/folders.mjs';
import { ensureInstalled } from '../../scripts/lib/install.mjs';
import { findOrInstallServer } from '../../scripts/lib/redis/server-program.mjs';
import { stopSignal } from '../../scripts/lib/stop-signals.mjs';
import { Refusal, say } from '../../scripts/lib/terminal.mjs';
import { needBrowser } from '../../scripts/lib/test/needs.mjs';
import { runTypeScript } from '../../scripts/lib/typescript.mjs';

const signal = stopSignal(() => process.exit(130));

try {
  await ensureInstalled(signal);
  await ensureBuilt(signal);
  const { command, why } = await findOrInstallServer(signal);
  if (!command) throw new Refusal(`No Redis to measure with: ${why.join('; ')}`);
  const browser = await needBrowser(process.env, signal);
  if (!browser.path) throw new Refusal(browser.why);
  process.env.CHROMIUM = browser.path;
  const bytes = firstLoad(join(ROOT, 'client/dist')).reduce((sum, { gzipped }) => sum + gzipped, 0);
  say(`${'first load, JavaScript, gzipped'.padEnd(48)} ${(bytes / 1000).toFixed(1)} kB`);
  process.exit(await runTypeScript(fileURLToPath(new URL('main.ts', import.meta.url)), signal));
} catch (error) {
  say(error instanceof Refusal ? error.message : error.stack);
  process.exit(1);
}
