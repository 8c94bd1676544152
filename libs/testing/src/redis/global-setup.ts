import { chooseRun } from './choose';
import { sharedRun, shareRun } from './run';

/** Decides once per run, however many projects it has, and says so. */
export default async function globalSetup(): Promise<void> {
  if (sharedRun()) return;
  const { run, note } = await chooseRun();
  shareRun(run);
  const where = run.image ? `testcontainers (${run.image})` : `${run.program} processes`;
  const what = run.kind === 'standalone' ? '' : `, ${run.kind}`;
  process.stdout.write(`\nRedis for tests: ${where}${what}${note ? `; no containers: ${note}` : ''}\n`);
}
