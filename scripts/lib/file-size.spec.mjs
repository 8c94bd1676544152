import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './commands.mjs';
import { ROOT } from './folders.mjs';

const MOST = 350;

test(`no source file is longer than ${MOST} lines: it is two things`, async () => {
  const kinds = ['ts', 'tsx', 'mts', 'mjs', 'cjs', 'js', 'css', 'lua'].map((kind) => `*.${kind}`);
  const { output } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', ...kinds], {
    cwd: ROOT,
  });
  const lines = (file) => readFileSync(join(ROOT, file), 'utf8').split('\n').length - 1;
  deepEqual(
    output.split('\n').filter((file) => file && lines(file) > MOST),
    [],
  );
});
