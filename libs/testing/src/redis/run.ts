/** What the specs of one run have in common; the global setup decides it and hands it on in the environment. */
export interface TestRun {
  mode: 'process' | 'container';
  /** Names what belongs to this run: a folder for processes, a label for containers. */
  id: string;
  /** The server's program in process mode, the image in container mode. */
  source: string;
}

export const RUN_LABEL = 'redis-chat.test-run';
const VARIABLE = 'TEST_REDIS_RUN';

/** Hands the run on to this process' workers. */
export function shareRun(run: TestRun): void {
  process.env[VARIABLE] = JSON.stringify(run);
}

/** The run that the global setup decided on; undefined outside of one. */
export function sharedRun(): TestRun | undefined {
  const text = process.env[VARIABLE];
  return text ? (JSON.parse(text) as TestRun) : undefined;
}

/** Forgets the run. */
export function endRun(): void {
  delete process.env[VARIABLE];
}
