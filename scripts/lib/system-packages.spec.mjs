import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { installPackage, packageManager } from './system-packages.mjs';

const skip = packageManager() !== 'apt-get' && 'not root on Debian';

it('says which commands it runs as root before it runs the first', { skip }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-apt-'));
  const called = join(folder, 'called');
  writeFileSync(join(folder, 'apt-get'), `#!/bin/sh\necho "$*" > ${called}\nexec sleep 60\n`, { mode: 0o755 });
  const { PATH } = process.env;
  process.env.PATH = `${folder}:${PATH}`;
  t.after(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });

  let saidBefore = '';
  const write = t.mock.method(process.stdout, 'write', (text) => {
    if (!existsSync(called)) saidBefore += text;
    return true;
  });
  const stop = new AbortController();
  const installed = installPackage({ apt: ['redis-server', 'something-with-it'] }, stop.signal);
  write.mock.restore();
  assert.match(saidBefore, /as root/);
  assert.match(saidBefore, /apt-get install -y --no-install-recommends redis-server something-with-it\n/);

  while (!existsSync(called)) await pause(10);
  stop.abort(new Error('enough'));
  await assert.rejects(installed, /enough/);
  assert.match(readFileSync(called, 'utf8'), / update\n$/);
});
