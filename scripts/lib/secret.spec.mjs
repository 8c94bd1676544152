import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { keptSecret } from './secret.mjs';

it('makes a secret once, for the owner alone', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-secret-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'secret');
  const secret = keptSecret(file);
  assert.ok(secret.length >= 32);
  assert.equal(keptSecret(file), secret);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
