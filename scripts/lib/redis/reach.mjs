import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from '../folders.mjs';

const require = createRequire(import.meta.url);
/** The services' own way to Redis. There is none before the first build, hence no import. */
export const redisLibrary = () => require(join(ROOT, 'dist/libs/redis/src/index.js'));

const FINAL = /ECONNREFUSED|ENOTFOUND|Protocol error/;

/** The time is over, and nothing said why. */
export class NoAnswer extends Error {}

/**
 * Connects and waits until commands are served.
 * @param endpoint as of libs/redis
 * @param {{ timeoutMs: number, signal?: AbortSignal, patient?: boolean }} options `patient`: a refusal is not final, it is just starting
 * @throws Error saying why not, after `timeoutMs` at the latest; the signal's reason when that comes first
 */
export async function reach(endpoint, { timeoutMs, signal, patient = false }) {
  const { connectRedis, isRedisMisconfigured, whenReady } = redisLibrary();
  const redis = connectRedis(endpoint, 'commands', 'launcher');
  const given = new AbortController();
  let last = new NoAnswer(`no answer within ${timeoutMs / 1000} s`);
  const onError = (error) => {
    // A Cluster says why not of the last node that it asked.
    last = error.lastNodeError ?? error;
    if (patient) return;
    if (isRedisMisconfigured(last) || FINAL.test(`${last.code} ${last.message}`)) given.abort(last);
  };
  redis.on('error', onError);
  const timer = setTimeout(() => given.abort(last), timeoutMs);
  try {
    await whenReady(redis, signal ? AbortSignal.any([signal, given.signal]) : given.signal);
    return redis;
  } catch (error) {
    redis.disconnect();
    throw error;
  } finally {
    clearTimeout(timer);
    redis.off('error', onError);
  }
}
