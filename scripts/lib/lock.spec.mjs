import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { takeLock } from './lock.mjs';
import { identify } from './process-identity.mjs';

describe('the lock of a data folder', () => {
  let folder;
  let file;
  let child;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'redis-chat-lock-'));
    file = join(folder, 'lock');
    child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
  });
  afterEach(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  it('is had by one process at a time', () => {
    const other = identify(child.pid);
    const first = takeLock(file, other);
    assert.deepEqual(takeLock(file), { holder: other });
    first.release();
    assert.equal(takeLock(file).takenOver, false);
  });

  it('is taken over from a process that was killed', async () => {
    takeLock(file, identify(child.pid));
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(takeLock(file).takenOver);
  });

  it('is taken over when the process id belongs to another program by now', () => {
    takeLock(file, { pid: child.pid, began: 'another time' });
    assert.ok(takeLock(file).takenOver);
  });

  it('is taken over when a crash left it empty', () => {
    writeFileSync(file, '');
    assert.ok(takeLock(file).takenOver);
  });

  it('leaves nothing beside it', () => {
    takeLock(file, { pid: child.pid, began: 'another time' });
    takeLock(file).release();
    assert.deepEqual(readdirSync(folder), []);
  });
});
