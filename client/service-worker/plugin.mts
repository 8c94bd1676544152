import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** What is loaded only on occasion and is larger, such as all emoji, is kept once it was loaded. */
const KEPT_BYTES = 100_000;

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');

/** Adds the service worker to the build, with the names of the assets it keeps. */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_options, bundle) {
      const files = Object.values(bundle)
        .filter((file) => file.fileName.startsWith('assets/'))
        .filter((file) => file.type === 'asset' || !file.isDynamicEntry || file.code.length < KEPT_BYTES)
        .map((file) => `/${file.fileName}`)
        .concat('/theme.js')
        .sort();
      const worker = read('worker.js');
      const parts = [worker, read('../index.html'), read('../public/theme.js'), ...files];
      const version = createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
      const source = `const VERSION = ${JSON.stringify(version)};\nconst FILES = ${JSON.stringify(files)};\n${worker}`;
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
