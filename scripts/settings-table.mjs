import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Writes the README's configuration table from the settings themselves (built before: `npm run build:server`).
const { SETTINGS } = createRequire(import.meta.url)('../dist/libs/service/src/settings.js');

const shown = (value) => (value === undefined || value === '' ? '' : `\`${value}\``);
const rows = Object.entries(SETTINGS).map(([name, { default: fallback, about }]) => {
  const text =
    typeof fallback === 'function'
      ? `${shown(fallback(false))}, in production ${shown(fallback(true))}`
      : shown(fallback);
  return `| \`${name}\` | ${text} | ${about} |`;
});
const table = ['| name | default | |', '|---|---|---|', ...rows].join('\n');
const readme = new URL('../README.md', import.meta.url);
const before = readFileSync(readme, 'utf8');
const after = before.replace(
  /(<!-- settings -->\n)[\s\S]*(<!-- \/settings -->)/,
  (_, open, close) => `${open}${table}\n${close}`,
);
if (process.argv.includes('--check')) {
  if (before !== after) {
    process.stderr.write("README.md's configuration table is not that of the settings: npm run docs\n");
    process.exit(1);
  }
} else writeFileSync(readme, after);
