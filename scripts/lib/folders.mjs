import { existsSync, mkdirSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** Every service there is, by the name of its folder below `apps/`. */
export const SERVICES = readdirSync(join(ROOT, 'apps'))
  .filter((name) => existsSync(join(ROOT, 'apps', name, 'src/main.ts')))
  .sort();

/** Runs a package's own program: `nodeProgram('vite', 'bin/vite.js')`. */
export function packageFile(name, file) {
  return join(ROOT, 'node_modules', name, file);
}

/** The folder of everything that outlives a run (`DATA_DIR`, else `.data`), made for this user alone. */
export function dataFolder(env = process.env) {
  const folder = resolve(ROOT, env.DATA_DIR || '.data');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return realpathSync(folder);
}
