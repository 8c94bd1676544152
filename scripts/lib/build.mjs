import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './commands.mjs';
import { packageFile, ROOT } from './folders.mjs';
import { Refusal, say } from './terminal.mjs';

const PARTS = {
  server: {
    commands: [[packageFile('@nestjs/cli', 'bin/nest.js'), 'build'], [join(ROOT, 'scripts/bundle.mjs')]],
    sources: ['apps', 'libs', 'scripts/bundle.mjs', 'nest-cli.json', '.swcrc', 'tsconfig.json', 'package-lock.json'],
    product: join(ROOT, 'dist/apps/gateway/src/main.js'),
    stamp: join(ROOT, 'dist/.built-server'),
  },
  client: {
    commands: [[packageFile('vite', 'bin/vite.js'), 'build', 'client']],
    sources: ['client', 'libs/contracts', 'libs/client', '.swcrc', 'tsconfig.json', 'package-lock.json'],
    product: join(ROOT, 'client/dist/index.html'),
    stamp: join(ROOT, 'dist/.built-client'),
  },
};

/**
 * Builds what changed since it was last built.
 * @param {('server' | 'client')[]} parts
 * @throws Refusal with the compiler's words
 * @returns {Promise<boolean>} whether anything had
 */
export async function ensureBuilt(signal, parts = Object.keys(PARTS)) {
  const built = await Promise.all(parts.map((part) => build(part, PARTS[part], signal)));
  return built.includes(true);
}

async function build(name, { commands, sources, product, stamp }, signal) {
  if (name === 'client' && !existsSync(join(ROOT, 'client/index.html'))) return false;
  const hash = hashOf(sources);
  if (existsSync(product) && existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return false;
  say(`Building the ${name}…`);
  for (const command of commands) {
    const { code, output } = await run(process.execPath, command, { signal });
    if (code !== 0) throw new Refusal(`The ${name} did not build:\n${output.trim()}`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, hash);
  return true;
}

/** Of names and contents, so that a checkout that touches files builds nothing. */
function hashOf(sources) {
  const hash = createHash('sha256');
  for (const file of sources.flatMap((source) => filesBelow(source))) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(path) {
  if (!existsSync(join(ROOT, path))) return [];
  if (statSync(join(ROOT, path)).isFile()) return [path];
  return readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/[.-]spec\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1))
    .filter((file) => !/^(libs\/)?client\/(dist|node_modules)\//.test(file))
    .sort();
}
