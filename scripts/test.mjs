import { ensureBuilt } from './lib/build.mjs';
import { run } from './lib/commands.mjs';
import { ensureInstalled } from './lib/install.mjs';
import { stopSignal } from './lib/stop-signals.mjs';
import { say, seconds } from './lib/terminal.mjs';
import { allSteps, quickSteps, redisSteps } from './lib/test/steps.mjs';

const { env } = process;
const signal = stopSignal(() => process.exit(130));

/** Runs one step and says how it went. A step left out is a failure where nobody reads what was left out, unless it may be. */
async function runStep({ name, run }) {
  say(`\n== ${name}`);
  const began = performance.now();
  const result = await run(signal).catch((error) => {
    if (signal.aborted) process.exit(130);
    say(error.message);
    return { passed: 0, failed: 1 };
  });
  const failed = env.CI === 'true' && !result.mayBe ? 1 : 0;
  const counts = result.leftOut ? { passed: 0, failed } : result;
  return { name, ...counts, leftOut: result.leftOut, took: seconds(performance.now() - began) };
}

/** The commit that others have: what came after it, or is not committed, counts as changed. */
async function changedSince() {
  const { code, output } = await run('git', ['merge-base', 'HEAD', '@{upstream}'], { signal });
  return code === 0 ? output.trim() : 'HEAD';
}

async function runLane(steps) {
  const results = [];
  for (const step of steps) results.push(await runStep(step));
  return results;
}

const prepared = await runStep({
  name: 'install and build',
  async run() {
    await ensureInstalled(signal);
    await ensureBuilt(signal);
    return { passed: 0, failed: 0 };
  },
});
const results = [prepared];
async function chosen([option, kind]) {
  if (option === '--redis') return redisSteps(kind);
  return option === '--quick' ? quickSteps(env, await changedSince()) : allSteps(env);
}
if (prepared.failed === 0) {
  const stages = await chosen(process.argv.slice(2));
  for (const lanes of stages) results.push(...(await Promise.all(lanes.map(runLane))).flat());
}

say('');
for (const { name, passed, failed, leftOut, took } of results) {
  const how = leftOut ? `left out: ${leftOut}` : `${passed} passed, ${failed} failed`;
  say(`${failed > 0 ? '✗' : leftOut ? '-' : '✓'} ${name.padEnd(18)} ${took.padStart(8)}  ${how}`);
}
const sum = (what) => results.reduce((total, result) => total + result[what], 0);
say(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') > 0 ? 1 : 0);
