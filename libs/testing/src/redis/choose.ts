import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE, PROGRAMS } from '../../../../scripts/lib/redis/redis-process.mjs';
import { requireImage } from './container-backend';
import type { TestRun } from './run';

const DEFAULT_SOCKET = '/var/run/docker.sock';
/** An engine that has the image answers in a second; one that has to pull it may take longer. */
const IMAGE_BOUND_MS = 120_000;

/**
 * Decides where this run's Redis servers come from: containers when a Docker engine is there (DOCKER_HOST or its usual
 * socket), else processes. `TEST_REDIS=container|process` leaves no choice; `TEST_REDIS_IMAGE` names another image.
 * @returns the run, and why containers were passed over
 * @throws Error naming the ways to get a Redis when there is none
 */
export async function chooseRun(): Promise<{ run: TestRun; note?: string }> {
  const forced = process.env.TEST_REDIS;
  if (forced && forced !== 'container' && forced !== 'process') {
    throw new Error(`TEST_REDIS must be container or process, not ${forced}`);
  }
  let note: string | undefined;
  if (forced !== 'process') {
    try {
      return { run: await containerRun(forced === 'container') };
    } catch (error) {
      if (forced) throw error;
      note = error instanceof Error ? error.message : String(error);
    }
  }
  const program = PROGRAMS.find((name) => spawnSync(name, ['--version']).status === 0);
  if (!program) {
    throw new Error(
      `No Redis for the tests. Start a Docker engine, or put redis-server or valkey-server on the PATH.${note ? ` (Docker: ${note})` : ''}`,
    );
  }
  return { run: { mode: 'process', id: mkdtempSync(join(tmpdir(), 'redis-chat-test-')), source: program }, note };
}

async function containerRun(forced: boolean): Promise<TestRun> {
  if (!forced && !process.env.DOCKER_HOST && !existsSync(DEFAULT_SOCKET)) throw new Error('no engine found');
  const image = process.env.TEST_REDIS_IMAGE || IMAGE;
  await requireImage(image, IMAGE_BOUND_MS);
  return { mode: 'container', id: randomUUID(), source: image };
}
