import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from './scale/inputs';
import { scaleTables } from './scale/report';

// npm run bench:scale [-- FILE]: writes what follows from the last whole run, or from that file, into docs/scale.md.
const DOCUMENT = join(__dirname, '../docs/scale.md');
const RESULTS = process.argv[2] ?? join(__dirname, 'results/latest.json');
const PLACE = /(<!-- scale -->\n)[\s\S]*(<!-- \/scale -->)/;

const results = JSON.parse(readFileSync(RESULTS, 'utf8')) as Results;
const tables = scaleTables(results);
const before = readFileSync(DOCUMENT, 'utf8');
writeFileSync(
  DOCUMENT,
  before.replace(PLACE, (_, open, close) => `${open}${tables}${close}`),
);
process.stdout.write(`${tables}\nWritten to docs/scale.md\n`);
