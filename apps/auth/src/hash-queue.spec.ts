import { HashQueue } from './hash-queue';

const config = { HASH_QUEUE_MAX: 10, HASH_QUEUE_PER_CLIENT: 6, HASH_WAIT_MS: 60_000 };
const overloaded = { code: 'overloaded', retryAfterMs: expect.any(Number) };

/** A queue whose jobs end when the test says so, in the order in which they began. */
function start(settings = config) {
  const queue = new HashQueue(settings);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const run = (client: string, name: string) =>
    queue.run(client, () => {
      begun.push(name);
      return new Promise<string>((resolve) => ends.push(() => resolve(name)));
    });
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const end = async () => {
    ends.shift()?.();
    await settle();
  };
  return { run, begun, end, settle };
}

it('runs four at once, and each client in turn', async () => {
  const { run, begun, end, settle } = start();
  const flood = Array.from({ length: 10 }, (_, i) => run('flood', `flood ${i}`));
  const others = [run('b', 'b 0'), run('c', 'c 0'), run('d', 'd 0'), run('b', 'b 1'), run('e', 'e 0')];
  await settle();
  expect(begun).toEqual(['flood 0', 'flood 1', 'flood 2', 'flood 3']);
  for (let i = 0; i < 4; i++) await end();
  expect(begun.slice(4)).toEqual(['flood 4', 'b 0', 'c 0', 'd 0']);
  for (let i = 0; i < 20; i++) await end();
  expect(await Promise.all([...flood.slice(0, 9), ...others])).toHaveLength(14);
  // Ten waited; the last of the longest line made room for the last of the others.
  await expect(flood[9]).rejects.toMatchObject(overloaded);
});

it('refuses at once what one client has too much of', async () => {
  const { run, end } = start();
  const flood = Array.from({ length: 200 }, (_, i) => run('flood', `${i}`));
  const refused = Promise.allSettled(flood.slice(10));
  const other = run('other', 'theirs');
  for (let i = 0; i < 30; i++) await end();
  expect(await other).toBe('theirs');
  expect((await refused).every(({ status }) => status === 'rejected')).toBe(true);
  await expect(flood[10]).rejects.toMatchObject(overloaded);
  expect(await Promise.all(flood.slice(0, 10))).toHaveLength(10);
});

it('refuses what would come too late, and goes on with the rest', async () => {
  jest.useFakeTimers({ now: 0 });
  const { run, begun, end } = start({ ...config, HASH_WAIT_MS: 1000 });
  const first = Array.from({ length: 4 }, (_, i) => run('a', `a ${i}`));
  const late = Promise.allSettled([run('b', 'late'), run('b', 'late too'), run('d', 'late'), run('d', 'late too')]);
  jest.setSystemTime(900);
  const inTime = run('c', 'in time');
  jest.setSystemTime(1500);
  await end();
  // At the end of one job, whoever's turn it was.
  for (const outcome of await late) expect(outcome).toMatchObject({ status: 'rejected', reason: overloaded });
  expect(begun).toContain('in time');
  for (let i = 0; i < 5; i++) await end();
  await Promise.all([...first, inTime]);
  jest.useRealTimers();
});

it('passes on what a job throws, and goes on', async () => {
  const queue = new HashQueue(config);
  const jobs = Array.from({ length: 8 }, () => queue.run('a', () => Promise.reject(new Error('not hashed'))));
  for (const job of jobs) await expect(job).rejects.toThrow('not hashed');
  expect(await queue.run('a', async () => 'next')).toBe('next');
});
