import { readFileSync } from 'node:fs';

// Writes libs/names/src/confusables.txt from the list that Unicode publishes:
//   node scripts/confusables.mjs confusables.txt > libs/names/src/confusables.txt
// (https://www.unicode.org/Public/security/latest/confusables.txt)

const [, , file] = process.argv;
if (!file) throw new Error('which file? see the head of this script');
const published = readFileSync(file, 'utf8');
const version = /^# Version: (\S+)/m.exec(published)?.[1];
if (!version) throw new Error('the file does not say its version');

/** Target → sources. */
const groups = new Map();
for (const line of published.split('\n')) {
  const [, source, target] = /^\uFEFF?([0-9A-F]+)\s*;\s*([0-9A-F ]+?)\s*;/.exec(line) ?? [];
  if (source && target) groups.set(target, [...(groups.get(target) ?? []), source]);
}
const number = (hex) => Number.parseInt(hex, 16);
const characters = (hex) => String.fromCodePoint(...hex.split(' ').map(number));

const lines = [
  `# What looks like what: the confusables of UTS #39, Unicode ${version}, in hexadecimal, as scripts/confusables.mjs writes them.`,
  '# © Unicode, Inc., Unicode License V3: see UNICODE-LICENSE beside this file.',
];
for (const target of [...groups.keys()].sort((a, b) => (characters(a) < characters(b) ? -1 : 1))) {
  let line = `${target} <`;
  for (const source of groups.get(target).sort((a, b) => number(a) - number(b))) {
    if (line.length > 150) {
      lines.push(line);
      line = `${target} <`;
    }
    line += ` ${source}`;
  }
  lines.push(line);
}
process.stdout.write(`${lines.join('\n')}\n`);
