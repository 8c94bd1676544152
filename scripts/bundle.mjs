import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { packageFile, ROOT, SERVICES } from './lib/folders.mjs';

// Puts each service, compiled before by `nest build`, with all it imports into a few files: Node.js then starts it in
// half the time, most of which went into finding some thousand modules.

const DIST = join(ROOT, 'dist');
/** Native code, and what Nest would use if it were installed. */
const OUTSIDE = ['bcrypt', /^class-(transformer|validator)$/, /^(kafkajs|mqtt|amqp-connection-manager|@nats-io\/.*)$/];

/** A module goes on finding the files beside it, such as Lua scripts. */
const ownFolder = {
  name: 'own-folder',
  transform: {
    filter: { code: /\b__dirname\b/ },
    handler(code, id) {
      const folder = `require('node:path').join(distFolder, ${JSON.stringify(relative(DIST, dirname(id)))})`;
      return code.replaceAll(/\b__dirname\b/g, folder);
    },
  },
};

const bundle = await rolldown({
  input: {
    ...Object.fromEntries(SERVICES.map((app) => [`apps/${app}/src/main`, join(DIST, 'apps', app, 'src/main.js')])),
    all: join(DIST, 'apps/all.js'),
    dead: join(DIST, 'apps/dead.js'),
    admin: join(DIST, 'apps/admin.js'),
  },
  platform: 'node',
  external: OUTSIDE,
  plugins: [ownFolder],
  onLog(_level, log) {
    throw new Error(log.message);
  },
});
await bundle.write({
  dir: DIST,
  format: 'cjs',
  // Nest and the logs call things by their class's name.
  keepNames: true,
  chunkFileNames: 'chunks/[name].js',
  banner: ({ fileName }) =>
    `const distFolder = require('node:path').join(__dirname, ${JSON.stringify(relative(dirname(fileName), ''))});`,
});
await bundle.close();

// The API reference's script, without its maker's logo, which is elsewhere; compressed here, not at each request.
const page = join(DIST, 'apps/gateway/src/features/api-docs/page');
const original = await readFile(packageFile('redoc', 'bundles/redoc.standalone.js'), 'utf8');
const script = original.replaceAll(/https:\/\/cdn\.redoc\.ly\/redoc\/logo[\w-]*\.svg/g, 'data:,');
await writeFile(join(page, 'redoc.js'), script);
await writeFile(join(page, 'redoc.js.gz'), gzipSync(script));
// The best quality takes five seconds, and saves a tenth.
await writeFile(
  join(page, 'redoc.js.br'),
  brotliCompressSync(script, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
);
await copyFile(packageFile('redoc', 'LICENSE'), join(page, 'redoc.LICENSE'));
