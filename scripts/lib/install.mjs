import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { run } from './commands.mjs';
import { ROOT } from './folders.mjs';
import { identify, isAlive } from './process-identity.mjs';
import { Refusal, say } from './terminal.mjs';

const ENDED_MS = 50;

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
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  await install(ROOT, npm, signal);
}

/**
 * @param {string} root the folder with the lockfile
 * @param {string[]} npm how npm is run
 * @throws Refusal
 */
export async function install(root, npm, signal) {
  const modules = join(root, 'node_modules');
  const stamp = join(modules, '.installed-lock');
  const begun = join(root, '.installing');
  const unfinished = await endUnfinished(begun);
  if (!unfinished && existsSync(stamp) && readFileSync(stamp, 'utf8') === lockHash(root)) return;
  say('Installing dependencies…');
  // `ci` is exact, and begins anew; but it throws a node_modules away that may need one package only. npm writes its own list last.
  const how = !unfinished && existsSync(join(modules, '.package-lock.json')) ? 'install' : 'ci';
  const args = [how, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const note = (npm) => writeFileSync(begun, JSON.stringify({ by: identify(process.pid), npm }));
  note();
  rmSync(stamp, { force: true });
  const { code, output } = await run(npm[0], [...npm.slice(1), ...args], {
    cwd: root,
    signal,
    whole: true,
    onStart: (pid) => note(identify(pid)),
  });
  if (code !== 0) throw new Refusal(`npm ${how} failed:\n${output.trim()}`);
  writeFileSync(stamp, lockHash(root));
  rmSync(begun);
}

/**
 * Whether an install was begun that has not finished. Of one whose start was killed, npm may still be at work: it is ended.
 * @throws Refusal when another start is at it now
 */
async function endUnfinished(begun) {
  if (!existsSync(begun)) return false;
  const { by, npm } = read(begun);
  if (by && by.pid !== process.pid && isAlive(by)) {
    throw new Refusal(
      `Another start (process ${by.pid}) is installing the dependencies. Wait for it, then start again.`,
    );
  }
  while (npm && isAlive(npm)) {
    try {
      process.kill(-npm.pid, 'SIGKILL');
    } catch {
      // It has just gone.
    }
    await pause(ENDED_MS);
  }
  return true;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return {};
  }
}

function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}
