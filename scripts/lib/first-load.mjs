import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/**
 * The scripts that a browser needs before the client shows anything: the page's own and all that they import outright.
 * @param {string} folder of the built client
 * @returns {{ file: string, gzipped: number }[]} with their sizes in bytes
 */
export function firstLoad(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'));
  const needed = new Set();
  const need = (name) => {
    if (needed.has(name)) return;
    needed.add(name);
    for (const imported of manifest[name].imports ?? []) need(imported);
  };
  for (const [name, { isEntry }] of Object.entries(manifest)) if (isEntry) need(name);
  return [...needed].map((name) => {
    const { file } = manifest[name];
    return { file, gzipped: gzipSync(readFileSync(join(folder, file))).length };
  });
}
