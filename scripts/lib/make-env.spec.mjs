import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ROOT } from './folders.mjs';

let folder;
let file;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'make-env-'));
  file = join(folder, '.env');
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = () => execFileSync('sh', [join(ROOT, 'deploy/make-env.sh'), file], { encoding: 'utf8' });
const SECRETS = ['SESSION_SECRET', 'SEAL_SECRET', 'REDIS_PASSWORD', 'REDIS_OPERATOR_PASSWORD', 'GRAFANA_PASSWORD'];

test('deploy/make-env.sh writes all secrets, each another, for the owner alone', () => {
  make();
  const text = readFileSync(file, 'utf8');
  const values = SECRETS.map((name) => new RegExp(`^${name}=([0-9a-f]{64})$`, 'm').exec(text)?.[1]);
  assert.equal(new Set(values.filter(Boolean)).size, SECRETS.length);
  assert.equal(statSync(file).mode & 0o077, 0);
});

test('deploy/make-env.sh adds to a file of an older version what is missing, and changes nothing', () => {
  make();
  const older = `${readFileSync(file, 'utf8').replace(/^SEAL_SECRET=.*\n/m, '')}# mine\r\n#SEAL_SECRET=no\nTAG=1`;
  writeFileSync(file, older);
  assert.match(make(), /has got SEAL_SECRET\n$/);
  const text = readFileSync(file, 'utf8');
  assert.equal(text.slice(0, older.length), older);
  assert.match(text.slice(older.length), /^\nSEAL_SECRET=[0-9a-f]{64}\n$/);
  assert.match(make(), /left as it is/);
  assert.equal(readFileSync(file, 'utf8'), text);
});
