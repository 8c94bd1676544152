// npm run chaos: installs and builds what is missing, then runs main.ts.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ensureBuilt } from '../../scripts/lib/build.mjs';
import { ROOT } from '../../scripts/lib/folders.mjs';
import { ensureInstalled } from '../../scripts/lib/install.mjs';
import { findOrInstallServer } from '../../scripts/lib/redis/server-program.mjs';
import { stopSignal } from '../../scripts/lib/stop-signals.mjs';
import { installPackage } from '../../scripts/lib/system-packages.mjs';
import { Refusal, say } from '../../scripts/lib/terminal.mjs';

const here = (file) => fileURLToPath(new URL(file, import.meta.url));
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

function runMain() {
  const hook = here('../../libs/streams/src/spec-support/register.cjs');
  const child = spawn(process.execPath, ['-r', hook, here('main.ts'), ...process.argv.slice(2)], {
    cwd: ROOT,
    env: { ...process.env, TEST_REDIS: 'process' },
    stdio: 'inherit',
  });
  signal.addEventListener('abort', () => child.kill('SIGTERM'));
  return new Promise((resolve) => {
    child.once('exit', (code, endedBy) => {
      if (endedBy) say(`The run was ended by ${endedBy}.`);
      resolve(code ?? 1);
    });
  });
}

try {
  await prepare();
  process.exit(await runMain());
} catch (error) {
  say(error instanceof Refusal ? error.message : error.stack);
  process.exit(1);
}
