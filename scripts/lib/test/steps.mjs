import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { run } from '../commands.mjs';
import { packageFile, ROOT } from '../folders.mjs';
import { findOrInstallServer } from '../redis/server-program.mjs';
import { say } from '../terminal.mjs';
import { countReport, countTap } from './counts.mjs';
import { lacksCompose, lacksKubectl, needBrowser, needRedis } from './needs.mjs';
import { leftOutOn, redisKind, SAMPLE } from './redis-kinds.mjs';

/**
 * @typedef {object} Step
 * @property {string} name
 * @property {(signal: AbortSignal) => Promise<import('./counts.mjs').Counts | { leftOut: string, mayBe?: boolean }>} run
 *   `mayBe`: leaving it out is no failure, even in CI
 */

/** The end-to-end specs that `test/containers` runs through nginx. */
const IN_CONTAINERS = 'test/e2e/(conversation|session)';

/**
 * What people at work run: all unit specs, and of the others those that changed or stand beside what changed.
 * @param {string} base the commit from which on things count as changed
 * @returns {Step[][][]} as `allSteps`
 */
export function quickSteps(env, base) {
  return [
    [[check('format and lint', 'lint')], [check('types', 'typecheck')]],
    [[{ name: 'unit', run: (signal) => jest('unit', {}, signal) }]],
    [[{ name: 'client', run: (signal) => client(signal, [`--changed=${base}`]) }]],
    [[{ name: 'integration', run: (signal) => changedIntegration(env, base, signal) }]],
  ];
}

/**
 * All integration specs on a kind of Redis.
 * @param {string | undefined} name
 * @returns {Step[][][]} as `allSteps`
 * @throws {Error} when there is no such kind
 */
export function redisSteps(name) {
  return [[[onKind(redisKind({ TEST_REDIS_KIND: name }))]]];
}

/** @param {import('./redis-kinds.mjs').RedisKind} kind @param {readonly string[]} specs all when there are none */
function onKind(kind, specs = []) {
  return {
    name: `on ${kind}`,
    async run(signal) {
      const { command, why } = await findOrInstallServer(signal);
      if (!command) return { leftOut: why.join('; ') };
      if (specs.length === 0) for (const [path, reason] of leftOutOn(kind)) say(`Left out: ${path} ${reason}`);
      return jest('integration', { TEST_REDIS_KIND: kind }, signal, { more: ['--', ...specs] });
    },
  };
}

async function changedIntegration(env, base, signal) {
  const { output } = await run('git', ['diff', '--name-only', '--diff-filter=d', base], { signal });
  const files = output.split('\n').filter((file) => /^(apps|libs|test\/integration)\/.*\.(ts|lua)$/.test(file));
  const found = [...new Set(files.flatMap(specsBeside))];
  if (found.length === 0) return { passed: 0, failed: 0 };
  const leftOut = await needRedis(env, signal);
  return leftOut ? { leftOut } : jest('integration', {}, signal, { more: ['--runTestsByPath', ...found] });
}

/** The integration specs in a file's own folder, or in the one above `lua/`; a changed one of `test/` by itself. */
function specsBeside(file) {
  if (file.startsWith('test/')) return file.endsWith('.int-spec.ts') ? [file] : [];
  const folder = file.endsWith('.lua') ? dirname(dirname(file)) : dirname(file);
  const names = readdirSync(join(ROOT, folder)).filter((name) => name.endsWith('.int-spec.ts'));
  return names.map((name) => join(folder, name));
}

/** @returns {Step[][][]} all of `npm test`: stages, one after the other, of lanes, side by side, of steps in order */
export function allSteps(env) {
  return [
    [
      [check('format and lint', 'lint'), check('types', 'typecheck')],
      [
        check('import rules', 'imports'),
        check('configuration table', 'docs:check'),
        { name: 'scripts', run: (signal) => nodeTest(specs('scripts'), signal) },
        { name: 'kubernetes', run: kubernetes },
      ],
    ],
    [[{ name: 'unit', run: (signal) => jest('unit', {}, signal) }]],
    [[{ name: 'integration', run: (signal) => integration(env, signal) }]],
    [[onKind('cluster', SAMPLE)], [onKind('sentinel', SAMPLE)]],
    [[{ name: 'client', run: (signal) => client(signal) }]],
    // Whatever waits more than it works.
    [
      [{ name: 'containers', run: (signal) => containers(env, signal) }],
      [
        { name: 'fuzz', run: fuzz },
        { name: 'chaos', run: chaos },
        { name: 'end to end', run: (signal) => endToEnd(env, signal) },
      ],
    ],
  ];
}

async function integration(env, signal) {
  const leftOut = await needRedis(env, signal);
  if (leftOut) return { leftOut };
  const { command } = await findOrInstallServer(signal);
  if (command || env.CI === 'true') return jest('integration', {}, signal, { workers: 3 });
  say('Left out: Sentinels and Redis Cluster, which need a redis-server on the PATH');
  return jest('integration', {}, signal, {
    workers: 3,
    more: ['--testPathIgnorePatterns', '(libs/redis|apps/messages)/src/(sentinel|cluster|replicas)'],
  });
}

async function endToEnd(env, signal) {
  const leftOut = await needRedis(env, signal);
  const { path, why } = await needBrowser(env, signal);
  if (leftOut ?? why) return { leftOut: leftOut ?? why };
  // Where Docker is, these play in its containers.
  const elsewhere = (await lacksCompose(signal)) ? [] : ['--testPathIgnorePatterns', IN_CONTAINERS];
  return jest('e2e', { CHROMIUM: path }, signal, { more: elsewhere });
}

async function containers(env, signal) {
  const leftOut = await lacksCompose(signal);
  const { path, why } = await needBrowser(env, signal);
  if (leftOut ?? why) return { leftOut: leftOut ?? why };
  return jest('containers', { CHROMIUM: path }, signal);
}

/** A script of package.json that holds or does not; what it says matters only then. */
function check(name, script) {
  return {
    name,
    async run(signal) {
      const { code, output } = await run('npm', ['run', '--silent', script], { signal });
      if (code !== 0) process.stdout.write(output);
      return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
    },
  };
}

function specs(folder) {
  const files = readdirSync(join(ROOT, folder), { recursive: true }).filter((file) => file.endsWith('.spec.mjs'));
  return files.map((file) => join(folder, file));
}

function nodeTest(files, signal) {
  return reported(countTap, (report) => {
    const reporters = ['--test-reporter=dot', '--test-reporter-destination=stdout', '--test-reporter=tap'];
    const args = ['--test', ...reporters, `--test-reporter-destination=${report}`];
    return run(process.execPath, [...args, ...files], { signal, show: true });
  });
}

/** No package manager here has a kubectl that is new enough: a machine without one leaves this out, CI's too. */
async function kubernetes(signal) {
  const why = await lacksKubectl(signal);
  return why ? { leftOut: why, mayBe: true } : nodeTest(specs('test/kubernetes'), signal);
}

/** @param workers how many spec files at once; those that wait for processes can be more than there are cores */
function jest(project, env, signal, { more = [], workers = 2 } = {}) {
  return reported(countReport, (report) => {
    const args = ['--selectProjects', project, `--maxWorkers=${workers}`, '--json', `--outputFile=${report}`, ...more];
    return runNode(packageFile('jest', 'bin/jest.js'), args, env, signal);
  });
}

function client(signal, more = []) {
  return reported(countReport, (report) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const args = ['run', '--root', 'client', ...reporters, ...more];
    return runNode(packageFile('vitest', 'vitest.mjs'), args, {}, signal);
  });
}

/** A minute of faults, always the same ones, a rolling restart, and the previous release beside this one. */
const chaos = (signal) =>
  runs(
    'chaos',
    [
      ['--minutes', '1'],
      ['--scenario', 'rolling'],
      ['--scenario', 'skew'],
    ],
    signal,
  );

/** Hostile input, always the same. */
const fuzz = (signal) => runs('fuzz', [['--cases', '5000']], signal);

/** Runs a program of `test/` once for each of these command lines. */
async function runs(program, commandLines, signal) {
  const { command, why } = await findOrInstallServer(signal);
  if (!command) return { leftOut: why.join('; ') };
  const counts = { passed: 0, failed: 0 };
  for (const how of commandLines) {
    const args = [join(ROOT, 'test', program, 'run.mjs'), '--seed', '42', ...how];
    const { code, output } = await run(process.execPath, args, { signal });
    process.stdout.write(output);
    counts[code === 0 ? 'passed' : 'failed'] += 1;
  }
  return counts;
}

function runNode(file, args, env, signal) {
  return run(process.execPath, [file, ...args], { env, signal, show: true });
}

/** Counts from the report that a runner leaves in a file; without one, the runner itself fell over. */
async function reported(count, runWith) {
  const folder = mkdtempSync(join(tmpdir(), 'redis-chat-report-'));
  const report = join(folder, 'report');
  try {
    const { code, output } = await runWith(report);
    if (existsSync(report)) return count(readFileSync(report, 'utf8'), code);
    process.stdout.write(output);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
