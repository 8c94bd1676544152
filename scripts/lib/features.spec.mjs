import { deepEqual, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from './commands.mjs';
import { ROOT } from './folders.mjs';

/** How much of the code knows a feature: files that are about it, and lists in which it has its line. */
const FEATURES = [
  {
    name: 'typing',
    most: 5,
    place: /\/features\/typing[/.]/,
    // Not what makes something different by being typed, and not typing into a field.
    word: /(?<![\w-])typing(?![\w-])|Typing\b|TYPING_MS|typingIn/,
    files: [
      'apps/gateway/src/features/typing.ts',
      'client/src/features/typing/texts.ts',
      'client/src/features/typing/typing.tsx',
      'libs/client/src/features/typing.ts',
      'libs/contracts/src/features/typing.ts',
    ],
    lists: [
      'apps/gateway/src/features/index.ts',
      'client/src/app/room-parts.ts',
      'client/src/lib/texts/de/index.ts',
      'client/src/lib/texts/en/index.ts',
      'libs/client/src/features/index.ts',
      'libs/contracts/src/define.ts',
      'libs/contracts/src/features/index.ts',
      'libs/contracts/src/rights.ts',
      'libs/redis/src/lua/may.lua',
    ],
  },
  {
    name: 'room.read',
    most: 8,
    place: /\/features\/reading[/.]/,
    // Not the field `read` of a room, which the list of rooms brings.
    word: /'rooms?\.read'|read-?mark|markRead|roomRead|\/reading['/]|read(Request|Answer)Schema/i,
    files: [
      'apps/rooms/src/lua/read.lua',
      'apps/rooms/src/rooms.controller.ts',
      'apps/rooms/src/rooms.store.ts',
      'client/src/features/reading/reading.module.css',
      'client/src/features/reading/reading.tsx',
      'client/src/features/reading/texts.ts',
      'libs/client/src/features/reading.ts',
      'libs/contracts/src/features/reading.ts',
    ],
    lists: [
      'client/src/features/messages/message-list.tsx',
      'client/src/lib/texts/de/index.ts',
      'client/src/lib/texts/en/index.ts',
      'libs/client/src/api.ts',
      'libs/client/src/features/index.ts',
      'libs/contracts/src/features/index.ts',
      'libs/redis/src/access.ts',
      'libs/redis/src/keys.ts',
    ],
  },
];
const TESTS = /\.(spec|int-spec|e2e-spec)\.|\/(testing|spec-support)\//;
const COMMENTS = /\/\*[\s\S]*?\*\/|^\s*(\/\/|--).*$/gm;

const { output } = await run(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard', 'apps', 'libs', 'client'],
  {
    cwd: ROOT,
  },
);
const production = output.split('\n').filter((file) => /\.(tsx?|css|lua)$/.test(file) && !TESTS.test(file));
const sources = production.map((file) => ({
  file,
  text: readFileSync(join(ROOT, file), 'utf8').replace(COMMENTS, ''),
}));

for (const { name, most, place, word, files, lists } of FEATURES) {
  test(`${name} is ${most} files at most, and has a line in each list`, () => {
    const found = sources.filter(({ file, text }) => place.test(file) || word.test(text));
    deepEqual(found.map(({ file }) => file).sort(), [...files, ...lists].sort());
    ok(files.length <= most, `${files.length} files`);
  });
}

test('CONTRIBUTING.md leads to each of the files that typing is, and to each list', () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const [typing] = FEATURES;
  deepEqual(
    [...typing.files, ...typing.lists].filter((file) => !text.includes(`\`${file}\``)),
    [],
  );
});
