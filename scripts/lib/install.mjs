import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './commands.mjs';
import { ROOT } from './folders.mjs';
import { Refusal, say } from './terminal.mjs';

const MODULES = join(ROOT, 'node_modules');
const STAMP = join(MODULES, '.installed-lock');

/**
 * @throws Refusal when this Node.js is older than package.json says
 */
function requireNode() {
  const wanted = /\d+(\.\d+)*/.exec(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node)[0];
  const older = process.versions.node.localeCompare(wanted, 'en', { numeric: true }) < 0;
  if (older) throw new Refusal(`Node.js ${wanted} or newer is needed; this is ${process.versions.node}`);
}

/**
 * Installs the dependencies when they are missing or the lockfile changed since.
 * @throws Refusal with npm's words when npm fails; when Node.js is too old
 */
export async function ensureInstalled(signal) {
  requireNode();
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash()) return;
  say('Installing dependencies…');
  // `ci` is exact, but throws a node_modules away that may need one package only.
  const how = existsSync(MODULES) ? 'install' : 'ci';
  const args = [how, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const { code, output } = await run(npm[0], [...npm.slice(1), ...args], { signal });
  if (code !== 0) throw new Refusal(`npm ${how} failed:\n${output.trim()}`);
  writeFileSync(STAMP, lockHash());
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
}
