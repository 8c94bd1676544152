import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, it } from 'node:test';
import { install } from './install.mjs';
import { identify, isAlive } from './process-identity.mjs';

/** Does what npm does to a folder, and notes how it was called; with `stall` there, a child of it goes on for ever in the middle. */
const NPM = `
const { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
appendFileSync('calls', process.argv[2] + '\\n');
if (process.argv[2] === 'ci') rmSync('node_modules', { recursive: true, force: true });
mkdirSync('node_modules/half', { recursive: true });
if (existsSync('stall')) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  process.on('SIGTERM', () => setTimeout(() => { writeFileSync('node_modules/late', ''); process.exit(1); }, 200));
  writeFileSync('pids', process.pid + ' ' + child.pid);
  writeFileSync('stalled', '');
  setInterval(() => {}, 1000);
} else {
  writeFileSync('node_modules/whole', '');
  writeFileSync('node_modules/.package-lock.json', '{}');
}
`;

let root;
const at = (name) => join(root, name);
const calls = () => readFileSync(at('calls'), 'utf8').trim().split('\n');
const npm = () => [process.execPath, at('npm.cjs')];
const until = async (condition) => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
};
const pids = () => readFileSync(at('pids'), 'utf8').split(' ').map(Number);
const isGone = (pid) => !isAlive(identify(pid));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'redis-chat-install-'));
  writeFileSync(at('package-lock.json'), '{}');
  writeFileSync(at('npm.cjs'), NPM);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('installs once for a lockfile, and only what changed after that', async () => {
  await install(root, npm());
  await install(root, npm());
  writeFileSync(at('package-lock.json'), '{"changed": true}');
  await install(root, npm());
  await install(root, npm());
  assert.deepEqual(calls(), ['ci', 'install']);
});

it('begins anew over a node_modules that nobody finished', async () => {
  mkdirSync(at('node_modules/half'), { recursive: true });
  await install(root, npm());
  assert.deepEqual(calls(), ['ci']);
});

it('takes one that was installed by hand', async () => {
  mkdirSync(at('node_modules'));
  writeFileSync(at('node_modules/.package-lock.json'), '{}');
  await install(root, npm());
  assert.deepEqual(calls(), ['install']);
});

it('begins anew after a failure', async () => {
  await install(root, npm());
  writeFileSync(at('package-lock.json'), '{"changed": true}');
  await assert.rejects(install(root, [process.execPath, '-e', 'process.exit(3)']), { name: 'Refusal' });
  await install(root, npm());
  assert.deepEqual(calls(), ['ci', 'ci']);
});

it('waits for what it stops, and begins anew the next time', async () => {
  await install(root, npm());
  writeFileSync(at('package-lock.json'), '{"changed": true}');
  writeFileSync(at('stall'), '');
  const stop = new AbortController();
  const installing = install(root, npm(), stop.signal);
  await until(() => existsSync(at('stalled')));
  stop.abort(new Error('stopped'));
  await assert.rejects(installing, /stopped/);
  assert.ok(existsSync(at('node_modules/late')), 'npm had its time');
  await until(() => pids().every(isGone));
  rmSync(at('stall'));
  await install(root, npm());
  assert.deepEqual(calls(), ['ci', 'install', 'ci']);
  assert.ok(existsSync(at('node_modules/whole')) && !existsSync(at('node_modules/late')));
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL']) {
  it(`begins anew after a start that ended by ${signal}, and nothing of that goes on`, async () => {
    writeFileSync(at('stall'), '');
    const program = `
      import { install } from ${JSON.stringify(new URL('install.mjs', import.meta.url).href)};
      import { stopSignal } from ${JSON.stringify(new URL('stop-signals.mjs', import.meta.url).href)};
      const signal = stopSignal(() => process.exit(130));
      await install(${JSON.stringify(root)}, ${JSON.stringify(npm())}, signal).catch(() => process.exit(0));`;
    const start = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'ignore' });
    await until(() => existsSync(at('stalled')));
    await assert.rejects(install(root, npm()), /Another start \(process \d+\) is installing/);
    start.kill(signal);
    await once(start, 'exit');
    if (signal !== 'SIGKILL') assert.ok(isGone(pids()[0]), 'a stop waits for npm');
    rmSync(at('stall'));
    await install(root, npm());
    await until(() => pids().every(isGone));
    assert.deepEqual(calls(), ['ci', 'ci']);
    assert.ok(existsSync(at('node_modules/whole')));
  });
}
