import type { Redis } from '@app/redis';
import { loadConfig } from '@app/service';
import { startRedis, type TestRedis } from '@app/testing';
import { SlowLane } from './slow-lane';

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = await server.connect('commands');
});
afterAll(() => server?.stop());
beforeEach(() => redis.flushall());

const PAUSE_MS = 100;
const config = { SIGN_IN_PAUSE_MS: PAUSE_MS, SIGN_IN_WAIT_MS: 2000, SIGN_INS_WAITING_MAX: 500 };
const limited = { code: 'rate_limited', retryAfterMs: PAUSE_MS };

it('lets one in at a time, however many networks ask, at two gateways together', async () => {
  const lanes = [new SlowLane(redis, config), new SlowLane(await server.connect('commands'), config)];
  let admitted = 0;
  const begun = performance.now();
  const all = await Promise.allSettled(
    Array.from({ length: 200 }, (_, i) =>
      lanes[i % 2]?.wait('name', `network ${i}`, 100).then(() => {
        admitted++;
      }),
    ),
  );
  const seconds = (performance.now() - begun) / 1000;
  expect(admitted).toBeLessThanOrEqual(Math.ceil((seconds * 1000) / PAUSE_MS) + 1);
  expect(admitted).toBeGreaterThan(3);
  const refused = all.filter((outcome) => outcome.status === 'rejected');
  expect(refused).toHaveLength(200 - admitted);
  for (const { reason } of refused) expect(reason).toMatchObject(limited);
});

it('gives a whole hour, to whoever tries from everywhere, so many guesses of a name', () => {
  const { SIGN_INS_SLOW_AFTER, SIGN_INS_WINDOW_MS, SIGN_IN_PAUSE_MS } = loadConfig({});
  let guesses = 0;
  for (let window = 0; window < 3_600_000; window += SIGN_INS_WINDOW_MS) {
    guesses += SIGN_INS_SLOW_AFTER;
    for (let at = 0, failures = 0; at < SIGN_INS_WINDOW_MS; failures++, guesses++) {
      at += Math.min(SIGN_IN_PAUSE_MS, 100 * 2 ** Math.floor(failures / 5));
    }
  }
  // One address alone gets 40. A password that is none of the common ones takes such an attacker centuries.
  expect(guesses).toBeLessThan(1400);
});

it('lets the owner through beside somebody who never stops', async () => {
  const lane = new SlowLane(redis, config);
  let stop = false;
  const flood = Array.from({ length: 20 }, async () => {
    while (!stop) await lane.wait('name', 'theirs', 100).catch(() => new Promise((resolve) => setImmediate(resolve)));
  });
  const begun = performance.now();
  await lane.wait('name', 'the owner', 100);
  expect(performance.now() - begun).toBeLessThan(config.SIGN_IN_WAIT_MS);
  stop = true;
  await Promise.all(flood);
});

it('holds few of one network, only so many in all, and nobody who has gone', async () => {
  const lane = new SlowLane(redis, { ...config, SIGN_INS_WAITING_MAX: 8 });
  await lane.wait('name', 'first', 100);
  const waiting = Array.from({ length: 5 }, () => lane.wait('name', 'a', 100));
  await expect(lane.wait('name', 'a', 100)).rejects.toMatchObject(limited);
  const gone = new AbortController();
  const aborted = expect(lane.wait('name', 'b', 100, gone.signal)).rejects.toMatchObject(limited);
  gone.abort();
  waiting.push(lane.wait('name', 'c', 100), lane.wait('another name', 'd', 0));
  await expect(lane.wait('name', 'e', 100)).rejects.toMatchObject(limited);
  await Promise.all([aborted, ...waiting]);
});
