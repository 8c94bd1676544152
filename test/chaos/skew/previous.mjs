import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../../scripts/lib/commands.mjs';
import { ROOT } from '../../../scripts/lib/folders.mjs';
import { Refusal, say } from '../../../scripts/lib/terminal.mjs';

/** Names the release before this one: a tag or a commit. */
const NAMED = join(ROOT, '.ci/previous');
/** Not below node_modules: the compiler takes what is there for finished. */
const KEPT = join(ROOT, '.data/previous');

/**
 * Builds the previous release, in a folder of its own.
 * @param {AbortSignal} signal
 * @param {string} [named] another one than `.ci/previous` says
 * @returns {Promise<string>} the folder
 * @throws Refusal where it cannot be built
 */
export async function ensurePrevious(signal, named = readFileSync(NAMED, 'utf8').trim()) {
  const commit = await commitOf(named, signal);
  const folder = join(KEPT, commit);
  const built = join(folder, 'dist/.built');
  if (existsSync(built)) return folder;
  say(`Building the previous release (${named})…`);
  rmSync(KEPT, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, '.archive.tar');
  await done(run('git', ['archive', '--output', archive, commit], { signal }));
  await done(run('tar', ['-xf', archive, '-C', folder], { signal }));
  rmSync(archive);
  if (same('package-lock.json', folder)) symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  else await done(run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, signal }));
  await done(run('npm', ['run', 'build:server'], { cwd: folder, signal }));
  writeFileSync(built, '');
  return folder;
}

/** A shallow clone may lack it. */
async function commitOf(named, signal) {
  const ask = () => run('git', ['rev-parse', '--verify', '--quiet', `${named}^{commit}`], { signal });
  let { code, output } = await ask();
  if (code !== 0) {
    await run('git', ['fetch', '--quiet', '--depth', '1', 'origin', named], { signal });
    ({ code, output } = await ask());
  }
  if (code !== 0)
    throw new Refusal(
      `The previous release (${named}, .ci/previous) is not in this clone: git fetch --unshallow --tags`,
    );
  return output.trim();
}

const same = (file, folder) => readFileSync(join(ROOT, file)).equals(readFileSync(join(folder, file)));

async function done(running) {
  const { code, output } = await running;
  if (code !== 0) throw new Refusal(`The previous release cannot be built:\n${output.trim()}`);
}
