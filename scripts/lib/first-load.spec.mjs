import { deepEqual, ok } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { firstLoad } from './first-load.mjs';
import { ROOT } from './folders.mjs';

const LIMIT_BYTES = 150_000;

test('the first load is the entry with all it imports outright, and nothing that is loaded later', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-first-load-'));
  try {
    const manifest = {
      'index.html': { file: 'a.js', isEntry: true, imports: ['_b.js'], dynamicImports: ['later.ts'] },
      '_b.js': { file: 'b.js', imports: ['_c.js'] },
      '_c.js': { file: 'c.js', imports: ['_b.js'] },
      'later.ts': { file: 'later.js', isDynamicEntry: true },
    };
    mkdirSync(join(folder, '.vite'));
    writeFileSync(join(folder, '.vite/manifest.json'), JSON.stringify(manifest));
    for (const { file } of Object.values(manifest)) writeFileSync(join(folder, file), 'x');
    deepEqual(
      firstLoad(folder).map(({ file }) => file),
      ['a.js', 'b.js', 'c.js'],
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test(`the client needs less than ${LIMIT_BYTES / 1000} kB of JavaScript at first, gzipped`, () => {
  const files = firstLoad(join(ROOT, 'client/dist'));
  const sum = files.reduce((total, { gzipped }) => total + gzipped, 0);
  ok(sum < LIMIT_BYTES, `${sum} bytes: ${files.map(({ file, gzipped }) => `${file} ${gzipped}`).join(', ')}`);
});
