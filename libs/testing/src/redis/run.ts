import type { RedisKind } from '../../../../scripts/lib/test/redis-kinds.mjs';

/** What the specs of one run have in common; the global setup decides it and hands it on in the environment. */
export interface TestRun {
  /** What `startRedis` starts. */
  kind: RedisKind;
  /** The image of servers in containers; none: they are processes. */
  image?: string;
  /** The server's program for those that are processes; none where there is none. */
  program?: string;
  /** Where servers that are processes have their folders. Its name marks containers of this run. */
  folder: string;
  /** The process that ends it; what that starts takes part. */
  owner: number;
}

export const RUN_LABEL = 'redis-chat.test-run';
const VARIABLE = 'TEST_REDIS_RUN';

/** Hands the run on to this process' workers. */
export function shareRun(run: Omit<TestRun, 'owner'>): void {
  process.env[VARIABLE] = JSON.stringify({ ...run, owner: process.pid } satisfies TestRun);
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
