import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './commands.mjs';
import { ROOT } from './folders.mjs';

const LONGEST = 160;

test(`no line of prose in Markdown is longer than ${LONGEST} characters`, async () => {
  const { output } = await run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
    cwd: ROOT,
  });
  // What a bench writes is as long as it is.
  const files = output.split('\n').filter((file) => file && !file.startsWith('bench/results/'));
  const long = files.flatMap((file) => {
    // Tables and code have no line of their own to go on in.
    const prose = readFileSync(join(ROOT, file), 'utf8').replace(/^```[\s\S]*?^```$/gm, (code) =>
      code.replace(/[^\n]/g, ''),
    );
    return prose
      .split('\n')
      .map((line, i) => ({ line, at: `${file}:${i + 1}` }))
      .filter(({ line }) => [...line].length > LONGEST && !/^\s*\||^ {4}/.test(line))
      .map(({ at }) => at);
  });
  deepEqual(long, []);
});
