import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { onPath, run } from './commands.mjs';
import { say } from './terminal.mjs';

const POLICY = '/usr/sbin/policy-rc.d';

/**
 * The package manager that installs here without a question.
 * @returns {'apt-get' | 'brew' | undefined}
 */
export function packageManager() {
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get')) return 'apt-get';
  return onPath('brew') && process.getuid?.() !== 0 ? 'brew' : undefined;
}

/**
 * Installs a package and says before what it will run; a service that comes with it is neither started nor started at boot.
 * @param {{ apt: string[], brew?: string }} names what to install by manager; for apt with what goes with it
 * @returns {Promise<string | undefined>} why it failed; undefined when it is installed
 */
export async function installPackage(names, signal) {
  const manager = packageManager();
  if (manager === 'apt-get') {
    const all = names.apt.join(' ');
    say(`Not here yet: ${all}. Installing it, as root, without a question:`);
    say(`  apt-get update && apt-get install -y --no-install-recommends ${all}`);
    say('No system service that comes with it is started, now or at boot.');
    return aptInstall(names.apt, signal);
  }
  if (manager === 'brew' && names.brew) {
    say(`Not here yet: ${names.brew}. Installing it: brew install ${names.brew}`);
    return failure(await run('brew', ['install', names.brew], { env: { NONINTERACTIVE: '1' }, signal }));
  }
  return 'no package manager that installs without a question (apt-get as root, Homebrew)';
}

async function aptInstall(names, signal) {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const patient = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  await run('apt-get', [...patient, 'update'], { env, signal });
  const mayStart = existsSync(POLICY);
  if (!mayStart)
    writeFileSync(POLICY, '#!/bin/sh\n# No service starts while redis-chat installs a package.\nexit 101\n', {
      mode: 0o755,
    });
  try {
    const args = [...patient, 'install', '-y', '--no-install-recommends', ...names];
    const failed = failure(await run('apt-get', args, { env, signal }));
    if (!failed) await retire(names[0], signal);
    return failed;
  } finally {
    if (!mayStart) rmSync(POLICY, { force: true });
  }
}

/** The system's own service of that package, if it has one, neither runs nor starts at boot. */
async function retire(service, signal) {
  if (!existsSync(`/etc/init.d/${service}`)) return;
  if (onPath('systemctl')) await run('systemctl', ['disable', '--now', service], { signal });
  else await run(`/etc/init.d/${service}`, ['stop'], { signal });
  await run('update-rc.d', [service, 'disable'], { signal });
}

function failure({ code, output }) {
  return code === 0 ? undefined : (output.trim().split('\n').at(-1) ?? `exit code ${code}`);
}
