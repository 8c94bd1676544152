import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../terminal.mjs';
import { namingSetting } from './choose-redis.mjs';

/**
 * Where the Redis is that the system runs on, as variables: the one that the environment names, else the private one
 * of the data folder.
 * @param {string} data the data folder
 * @throws Refusal when neither is known
 */
export function runningRedis(data, env) {
  if (namingSetting(env)) return {};
  try {
    const { port, password } = JSON.parse(readFileSync(join(data, 'redis.json'), 'utf8'));
    return { REDIS_ENDPOINT_URL: `127.0.0.1:${port}`, REDIS_PASSWORD: password };
  } catch {
    throw new Refusal('No Redis is known: set REDIS_ENDPOINT_URL (and REDIS_PASSWORD), or run npm start first');
  }
}
