// @ts-check

/** What a Redis of the tests is: one server; a Cluster of 3 masters and 3 replicas; a master, a replica and 3 Sentinels. */
export const REDIS_KINDS = /** @type {const} */ (['standalone', 'cluster', 'sentinel']);

/** @typedef {(typeof REDIS_KINDS)[number]} RedisKind */

/**
 * The kind that `TEST_REDIS_KIND` names.
 * @param {NodeJS.ProcessEnv} env
 * @returns {RedisKind}
 * @throws {Error} when there is no such kind
 */
export function redisKind({ TEST_REDIS_KIND: text = 'standalone' }) {
  const kind = REDIS_KINDS.find((one) => one === text);
  if (!kind) throw new Error(`TEST_REDIS_KIND must be one of ${REDIS_KINDS.join(', ')}, not ${text}`);
  return kind;
}

const OWN = 'starts a Redis of its own, on which the usual run tests it';
const ONE_SERVER = 'is about what one server says or does';

/** Specs that say nothing on a kind, by what their path begins with, and why. */
const SAYS_NOTHING = {
  'libs/redis/src/cluster': { cluster: OWN, sentinel: OWN },
  'libs/redis/src/sentinel': { cluster: OWN, sentinel: OWN },
  'apps/messages/src/replicas': { cluster: OWN, sentinel: OWN },
  'apps/messages/src/cluster': { cluster: OWN, sentinel: OWN },
  'apps/messages/src/batches.int': {
    cluster: 'a batch is counted before it is stored: at the limit it is refused more',
  },
  'libs/redis/src/connection': { cluster: ONE_SERVER, sentinel: ONE_SERVER },
  'test/integration/redis-settings': { cluster: ONE_SERVER, sentinel: ONE_SERVER },
  'test/integration/secrets': { cluster: ONE_SERVER },
  'test/integration/two-installations': { cluster: 'a Cluster has database 0 alone' },
};

/**
 * What is left out on a kind.
 * @param {RedisKind} kind
 * @returns {[path: string, why: string][]}
 */
export function leftOutOn(kind) {
  return Object.entries(SAYS_NOTHING).flatMap(([path, why]) => {
    const reason = /** @type {Partial<Record<RedisKind, string>>} */ (why)[kind];
    return reason ? [/** @type {[string, string]} */ ([path, reason])] : [];
  });
}

/**
 * What `npm test` runs on the other kinds: what depends most on where keys lie and on what follows an outage. `npm run test:redis -- cluster`
 * runs all integration specs.
 */
export const SAMPLE = [
  'apps/(auth|messages|rooms)/src/.*store',
  'libs/streams/src/outages',
  'test/integration/(changes|presence|recovery|sessions)',
];
