import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { rolldown } from 'rolldown';
import ts from 'typescript';
import { ROOT } from './lib/folders.mjs';

// Makes libs/client what `npm pack libs/client` packs: one ES module with what it needs of the contracts, and the
// declarations of both, whose imports then lead to each other.

const CONTRACTS = join(ROOT, 'libs/contracts/src/index.ts');
const ENTRY = join(ROOT, 'libs/client/src/index.ts');
const DIST = join(ROOT, 'libs/client/dist');
/** Contracts between servers alone: no client has a use for them. */
const SERVERS_ONLY = /contracts\/src\/(legacy\/foreign-\w+|relay)\.d\.ts$/;

rmSync(DIST, { recursive: true, force: true });
await writeModule();
writeDeclarations();

async function writeModule() {
  const bundle = await rolldown({
    input: ENTRY,
    external: ['zod', 'socket.io-client'],
    resolve: { alias: { '@app/contracts': CONTRACTS } },
    // A schema that nothing uses is no side effect.
    treeshake: { moduleSideEffects: false },
    onLog(_level, log) {
      throw new Error(log.message);
    },
  });
  await bundle.write({ file: join(DIST, 'index.js'), format: 'esm' });
  await bundle.close();
}

function writeDeclarations() {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [ENTRY] }, ts.sys, ROOT);
  const program = ts.createProgram([ENTRY], {
    ...options,
    sourceMap: false,
    declaration: true,
    emitDeclarationOnly: true,
    rootDir: join(ROOT, 'libs'),
    outDir: join(DIST, 'types'),
    types: [],
  });
  const { diagnostics } = program.emit(undefined, (file, text) => writeDeclaration(file, text));
  const found = [...ts.getPreEmitDiagnostics(program), ...diagnostics];
  if (found.length > 0) throw new Error(ts.formatDiagnostics(found, ts.createCompilerHost(options)));
}

/** In ES modules an import names its file, not its folder. */
function fileOf(path, importer) {
  if (path.endsWith('.js')) return path;
  const source = join(ROOT, 'libs', relative(join(DIST, 'types'), dirname(importer)), path);
  return existsSync(`${source}.ts`) ? `${path}.js` : `${path}/index.js`;
}

function writeDeclaration(file, text) {
  if (SERVERS_ONLY.test(file)) return;
  const target = join(DIST, relative(DIST, file).replace('/src/', '/'));
  const toContracts = relative(dirname(target), join(DIST, 'types/contracts/index.js'));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(
    target,
    text
      .replaceAll(/^export \* from '.\/(legacy\/foreign-[\w]+|relay)';\n/gm, '')
      .replaceAll(/(['"])@app\/contracts\1/g, `$1${toContracts}$1`)
      .replaceAll(
        /(from |import\()(['"])(\.[\w./-]*)\2/g,
        (_, before, quote, path) => `${before}${quote}${fileOf(path, file)}${quote}`,
      ),
  );
}
