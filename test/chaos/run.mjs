// npm run chaos: installs and builds what is missing, then runs main.ts.
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runOnRedis } from '../../scripts/lib/on-redis.mjs';
import { installPackage } from '../../scripts/lib/system-packages.mjs';
import { say } from '../../scripts/lib/terminal.mjs';
import { ensurePrevious } from './skew/previous.mjs';

async function prepare(signal) {
  const { values } = parseArgs({
    options: { scenario: { type: 'string' }, previous: { type: 'string' } },
    strict: false,
  });
  if (values.scenario === 'skew') process.env.PREVIOUS_RELEASE = await ensurePrevious(signal, values.previous);
  if (process.platform !== 'linux' || hasFakeTime()) return;
  const failed = await installPackage({ apt: ['faketime'] }, signal);
  if (failed) say(`No clock will be put wrong: ${failed}`);
}

function hasFakeTime() {
  return existsSync('/usr/lib') && readdirSync('/usr/lib').some((name) => existsSync(`/usr/lib/${name}/faketime`));
}

await runOnRedis(new URL('main.ts', import.meta.url), { prepare, parts: ['server'] });
