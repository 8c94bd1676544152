// npm run measure: installs and builds what is missing, then runs main.ts.
import { join } from 'node:path';
import { firstLoad } from '../../scripts/lib/first-load.mjs';
import { ROOT } from '../../scripts/lib/folders.mjs';
import { runOnRedis } from '../../scripts/lib/on-redis.mjs';
import { Refusal, say } from '../../scripts/lib/terminal.mjs';
import { needBrowser } from '../../scripts/lib/test/needs.mjs';

async function prepare(signal) {
  const browser = await needBrowser(process.env, signal);
  if (!browser.path) throw new Refusal(browser.why);
  process.env.CHROMIUM = browser.path;
  const bytes = firstLoad(join(ROOT, 'client/dist')).reduce((sum, { gzipped }) => sum + gzipped, 0);
  say(`${'first load, JavaScript, gzipped'.padEnd(48)} ${(bytes / 1000).toFixed(1)} kB`);
}

await runOnRedis(new URL('main.ts', import.meta.url), { prepare });
