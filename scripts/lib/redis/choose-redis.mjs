import { Refusal, say } from '../terminal.mjs';
import { containerEngine, processEngine, whyNoDocker } from './engines.mjs';
import { PrivateRedis } from './private-redis.mjs';
import { NoAnswer, reach, redisLibrary } from './reach.mjs';
import { findOrInstallServer, OLDEST_MAJOR } from './server-program.mjs';

const ANSWER_MS = 5000;

/**
 * The Redis of this run: the one that the environment names, else one of our own.
 * @param {string} data the data folder
 * @returns {Promise<PrivateRedis | undefined>} to be launched; undefined: the environment names one, and it answers
 * @throws Refusal when the one named does not answer
 */
export async function chooseRedis(data, env, signal) {
  const setting = namingSetting(env);
  if (!setting) return new PrivateRedis(data, findEngine);
  const endpoint = namedEndpoint(env);
  try {
    const redis = await reach(endpoint, { timeoutMs: ANSWER_MS, signal });
    redis.disconnect();
  } catch (error) {
    if (signal?.aborted) throw error;
    const why = error instanceof NoAnswer ? silence(error, endpoint) : redisLibrary().explainRedisError(error);
    throw new Refusal(`${setting}: the Redis at ${endpoint.host}:${endpoint.port} cannot be used: ${why}`);
  }
  say(`Redis: ${endpoint.host}:${endpoint.port} (${setting})`);
  return undefined;
}

/** One that speaks no TLS waits for the end of a line, one that speaks nothing else hangs up. */
function silence({ message }, { tls }) {
  return `${message}; ${tls ? 'rediss:// asks for TLS: is it spoken there?' : 'does it ask for TLS (rediss://)?'}`;
}

/**
 * Where the Redis is that the environment names, read as the services read it.
 * @throws Refusal naming what is wrong with it
 */
export function namedEndpoint(env) {
  const { REDIS_USERNAME, REDIS_PASSWORD, REDIS_TLS_VERIFY } = env;
  const setting = namingSetting(env);
  try {
    const endpoint = redisLibrary().parseEndpoint(env[setting], REDIS_PASSWORD, REDIS_USERNAME);
    return /^(false|0|off)$/.test(REDIS_TLS_VERIFY) ? { ...endpoint, verify: false } : endpoint;
  } catch (error) {
    throw new Refusal(`${setting} ${error.message}`);
  }
}

/** The setting that names a Redis; the second is what platforms call it. Undefined: none does. */
export function namingSetting(env) {
  return ['REDIS_ENDPOINT_URL', 'REDIS_URL'].find((name) => env[name]);
}

/** A server program, installed if need be; else a container. */
async function findEngine(files, signal) {
  const { command, why } = await findOrInstallServer(signal);
  if (command) return processEngine(command, files);
  const noDocker = await whyNoDocker(signal);
  if (!noDocker) return containerEngine(files);
  throw new Refusal(
    [
      `No Redis to be had: ${[...why, noDocker].join('; ')}. Ways to get one:`,
      `  - install redis-server or valkey-server, version ${OLDEST_MAJOR} or newer (apt install redis-server; brew install redis)`,
      '  - start Docker: Redis then runs in a container',
      '  - set REDIS_ENDPOINT_URL (and REDIS_PASSWORD) to one that runs',
    ].join('\n'),
  );
}
