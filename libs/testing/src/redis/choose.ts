import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IMAGE, PROGRAMS } from '../../../../scripts/lib/redis/redis-process.mjs';
import { redisKind } from '../../../../scripts/lib/test/redis-kinds.mjs';
import { requireImage } from './container-backend';
import { removeServers } from './remove-servers';
import { sharedRun, shareRun, type TestRun } from './run';

const DEFAULT_SOCKET = '/var/run/docker.sock';
/** An engine that has the image answers in a second; one that has to pull it may take longer. */
const IMAGE_BOUND_MS = 120_000;

/**
 * Decides what Redis this run has and where its servers come from: containers when a Docker engine is there (DOCKER_HOST or its
 * usual socket), else processes. `TEST_REDIS=container|process` leaves no choice; `TEST_REDIS_IMAGE` names another image.
 * `TEST_REDIS_KIND` says what it is; servers that know each other's addresses are processes.
 * @returns the run, and why containers were passed over
 * @throws Error naming the ways to get a Redis when there is none
 */
export async function chooseRun(): Promise<{ run: Omit<TestRun, 'owner'>; note?: string }> {
  const kind = redisKind(process.env);
  const forced = kind === 'standalone' ? process.env.TEST_REDIS : 'process';
  if (forced && forced !== 'container' && forced !== 'process') {
    throw new Error(`TEST_REDIS must be container or process, not ${forced}`);
  }
  const program = PROGRAMS.find((name) => spawnSync(name, ['--version']).status === 0);
  let note: string | undefined;
  if (forced !== 'process') {
    try {
      return { run: { kind, image: await findImage(forced === 'container'), program, folder: newFolder() } };
    } catch (error) {
      if (forced) throw error;
      note = error instanceof Error ? error.message : String(error);
    }
  }
  if (!program) {
    throw new Error(
      `No Redis for the tests. Start a Docker engine, or put redis-server or valkey-server on the PATH.${note ? ` (Docker: ${note})` : ''}`,
    );
  }
  return { run: { kind, program, folder: newFolder() }, note };
}

/** This run; of a program that is no jest run, such as a benchmark, its own: however it ends, none of its processes is left. */
export async function presentRun(): Promise<Omit<TestRun, 'owner'>> {
  const shared = sharedRun();
  if (shared) return shared;
  const { run } = await chooseRun();
  shareRun(run);
  process.once('exit', () => removeServers(run.folder));
  return run;
}

/**
 * What servers that are processes are started with, in this run.
 * @throws Error when there is no program
 */
export async function serverProgram(): Promise<{ program: string; folder: string }> {
  const { program, folder } = await presentRun();
  if (!program) throw new Error('neither redis-server nor valkey-server is on the PATH');
  return { program, folder };
}

const newFolder = () => mkdtempSync(join(tmpdir(), 'redis-chat-test-'));

async function findImage(forced: boolean): Promise<string> {
  if (!forced && !process.env.DOCKER_HOST && !existsSync(DEFAULT_SOCKET)) throw new Error('no engine found');
  const image = process.env.TEST_REDIS_IMAGE || IMAGE;
  await requireImage(image, IMAGE_BOUND_MS);
  return image;
}
