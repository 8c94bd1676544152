import { SendQueue } from './send-queue';

/** A task that ends when it is told to. */
function task(name: string, log: string[]) {
  let [end, fail] = [() => {}, () => {}];
  const promise = new Promise<string>((resolve, reject) => {
    end = () => resolve(name);
    fail = () => reject(new Error(name));
  });
  const run = () => {
    log.push(name);
    return promise;
  };
  return { run, end, fail };
}

type Task = ReturnType<typeof task>;
type Tasks = [Task, Task, Task, Task, Task];

it('begins those of a room in their order, without waiting for their outcomes', async () => {
  const log: string[] = [];
  const queue = new SendQueue(10);
  const [a, b] = [task('a', log), task('b', log)];
  const outcomes = [queue.run('0', a.run), queue.run('0', b.run)];
  expect(log).toEqual(['a', 'b']);
  b.end();
  expect(await outcomes[1]).toBe('b');
  a.fail();
  await expect(outcomes[0]).rejects.toThrow('a');
  expect(queue.isIdle).toBe(true);
});

it('runs one that is alone after all before it and before all behind it; rooms do not wait for each other', async () => {
  const log: string[] = [];
  const queue = new SendQueue(10);
  const [a, b, c, d, other] = ['a', 'b', 'c', 'd', 'other'].map((name) => task(name, log)) as Tasks;
  const outcomes = [queue.run('0', a.run), queue.run('0', b.run, true), queue.run('0', c.run), queue.run('0', d.run)];
  const elsewhere = queue.run('1:2', other.run);
  other.end();
  expect(await elsewhere).toBe('other');
  expect(log).toEqual(['a', 'other']);
  a.fail();
  await expect(outcomes[0]).rejects.toThrow('a');
  expect(log).toEqual(['a', 'other', 'b']);
  b.end();
  expect(await outcomes[1]).toBe('b');
  expect(log).toEqual(['a', 'other', 'b', 'c', 'd']);
  d.end();
  c.end();
  expect(await Promise.all(outcomes.slice(2))).toEqual(['c', 'd']);
  expect(queue.isIdle).toBe(true);
});

it('refuses more than it holds, at once, and takes some again when there is room', async () => {
  const log: string[] = [];
  const queue = new SendQueue(2);
  const [a, b, c, d] = [task('a', log), task('b', log), task('c', log), task('d', log)];
  const first = queue.run('0', a.run);
  const second = queue.run('1:2', b.run);
  await expect(queue.run('1:3', c.run)).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: expect.any(Number) });
  a.end();
  await first;
  const third = queue.run('0', d.run);
  b.end();
  d.end();
  expect(await Promise.all([second, third])).toEqual(['b', 'd']);
  expect(log).toEqual(['a', 'b', 'd']);
});
