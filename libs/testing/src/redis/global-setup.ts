import { chooseRun } from './choose';
import { sharedRun, shareRun } from './run';

/** Decides once per run, however many projects it has, and says so. */
export default async function globalSetup(): Promise<void> {
  if (sharedRun()) return;
  const { run, note } = await chooseRun();
  shareRun(run);
  const where = run.mode === 'container' ? `testcontainers (${run.source})` : `${run.source} processes`;
  process.stdout.write(`\nRedis for tests: ${where}${note ? `; no containers: ${note}` : ''}\n`);
}
