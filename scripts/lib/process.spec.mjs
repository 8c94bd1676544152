import assert from 'node:assert/strict';
import { fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { Process } from './process.mjs';

const folder = mkdtempSync(join(tmpdir(), 'redis-chat-process-'));
after(() => rmSync(folder, { recursive: true }));

const shell = (script, options) => new Process('a shell', spawn('sh', ['-c', script]), options);

it('knows what a process says, on either stream, and when it has ended', async () => {
  const process = shell('echo one; sleep 0.05; echo two >&2; read line');
  await process.says(/one/);
  await process.says('two');
  assert.equal(process.stdout, 'one\n');
  assert.equal(process.lastWords, 'one\ntwo\n');
  assert.ok(process.isRunning);
  await process.end();
  assert.ok(!process.isRunning);
  assert.deepEqual(await process.exited, { code: null, signal: 'SIGTERM' });
  await process.end();
});

it('tells of an end with the last words, before and after it', async () => {
  const process = shell('echo why >&2; exit 3');
  const words = { message: 'a shell ended with 3: why\n' };
  await assert.rejects(process.says('ready'), words);
  await assert.rejects(process.says('ready'), words);
  await assert.rejects(process.message('ready'), words);
  assert.deepEqual(await process.exited, { code: 3, signal: null });
});

it('tells of a program that is not there', async () => {
  const process = new Process('nothing', spawn(join(folder, 'nothing')));
  await assert.rejects(process.says('ready'), /nothing ended with -2: .*ENOENT/);
  assert.ok(!process.isRunning);
  await process.end();
});

it('keeps the end of what is said', async () => {
  const process = shell('printf 12345; printf 67890; exit 1', { keep: 3 });
  await assert.rejects(process.says('never'), { message: 'a shell ended with 1: 890' });
});

it('ends one that stands still', async () => {
  const process = shell('echo ready; read line');
  await process.says('ready');
  process.signal('SIGSTOP');
  await process.end();
  assert.deepEqual(await process.exited, { code: null, signal: 'SIGTERM' });
});

it('asks over IPC, and hears messages of a type alone', async () => {
  const file = join(folder, 'answers.mjs');
  writeFileSync(
    file,
    `process.on('message', (text) => {
      process.send('no type');
      process.send({ type: 'other' });
      process.send({ type: 'answer', text });
    });
    process.send({ type: 'ready', port: 5 });`,
  );
  const process = new Process('a program', fork(file, { silent: true }));
  assert.deepEqual(await process.message('ready'), { type: 'ready', port: 5 });
  assert.deepEqual(await process.ask('hello', 'answer'), { type: 'answer', text: 'hello' });
  await process.end('SIGKILL');
});
