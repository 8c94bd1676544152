import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';

// Writes what stands in the code and elsewhere as well (built before: `npm run build:server`): the README's configuration table.
const require = createRequire(import.meta.url);
const { SETTINGS } = require('../dist/libs/service/src/settings.js');

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
// And what each service may do in Redis, for docker-compose's.
const { REDIS_USERS, accessRules } = require('../dist/libs/redis/src/access.js');
const users = new URL('../deploy/redis/users', import.meta.url);
const rules = REDIS_USERS.map((user) => `${user} ${accessRules(user).join(' ')}\n`).join('');

if (process.argv.includes('--check')) {
  if (before !== after || readFileSync(users, 'utf8') !== rules) {
    process.stderr.write(
      "README.md's configuration table or deploy/redis/users is not that of the code: npm run docs\n",
    );
    process.exit(1);
  }
} else {
  writeFileSync(readme, after);
  writeFileSync(users, rules);
}
