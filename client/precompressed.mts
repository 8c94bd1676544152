import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Of less a header takes more. */
const WORTH_BYTES = 1024;

/** Lays beside each asset that is a text what it is compressed, as small as it gets: servers need not do so at each request. */
export function precompressed(): Plugin {
  let folder: string;
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved({ build }) {
      folder = join(build.outDir, 'assets');
    },
    closeBundle() {
      for (const file of readdirSync(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
        const path = join(folder, file);
        const text = readFileSync(path);
        if (text.length < WORTH_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_SIZE_HINT]: text.length };
        writeFileSync(`${path}.br`, brotliCompressSync(text, { params }));
        writeFileSync(`${path}.gz`, gzipSync(text, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}
