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

it('runs those of a room one after the other, whatever becomes of them; rooms do not wait for each other', async () => {
  const log: string[] = [];
  const queue = new SendQueue(10);
  const [a, b, c, other] = [task('a', log), task('b', log), task('c', log), task('other', log)];
  const outcomes = [queue.run('0', a.run), queue.run('0', b.run), queue.run('0', c.run)];
  const elsewhere = queue.run('1:2', other.run);
  other.end();
  expect(await elsewhere).toBe('other');
  expect(log).toEqual(['a', 'other']);
  a.fail();
  await expect(outcomes[0]).rejects.toThrow('a');
  b.end();
  expect(await outcomes[1]).toBe('b');
  c.end();
  expect(await outcomes[2]).toBe('c');
  expect(log).toEqual(['a', 'other', 'b', 'c']);
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
