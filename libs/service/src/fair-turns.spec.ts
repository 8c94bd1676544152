import fc from 'fast-check';
import { FairTurns } from './fair-turns';

/** Tasks that end when they are told to. */
function tasks(turns: FairTurns) {
  const started: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (owner: string) =>
    turns.run(owner, () => {
      started.push(owner);
      return new Promise<void>((resolve) => ends.push(resolve));
    });
  return { started, ends, ask };
}
const settled = () => new Promise(setImmediate);

it('lets nobody wait for somebody who asks for much', async () => {
  const { started, ends, ask } = tasks(new FairTurns({ all: 3, each: 2 }));
  for (const owner of ['a', 'a', 'a', 'a', 'a', 'b', 'b', 'c']) void ask(owner);
  await settled();
  expect(started).toEqual(['a', 'a', 'b']);
  for (let i = 0; i < 5; i++) {
    ends[i]?.();
    await settled();
  }
  expect(started.slice(3)).toEqual(['b', 'c', 'a', 'a']);
});

it('refuses when too many of one owner wait, and goes on', async () => {
  const turns = new FairTurns({ all: 1, each: 1, waiting: 1 });
  const { ends, ask } = tasks(turns);
  const first = ask('a');
  const second = ask('a');
  await expect(
    turns.run(
      'a',
      async () => 1,
      () => new RangeError('full'),
    ),
  ).rejects.toThrow(RangeError);
  ends[0]?.();
  await first;
  await settled();
  ends[1]?.();
  await second;
  expect(await turns.run('a', async () => 2)).toBe(2);
});

it('frees the turn of a task that fails', async () => {
  const turns = new FairTurns({ all: 1, each: 1 });
  await expect(turns.run('a', () => Promise.reject(new Error('x')))).rejects.toThrow('x');
  expect(await turns.run('b', async () => 1)).toBe(1);
});

it('runs everything, never more at once than it may', async () => {
  const owners = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(
      owners,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 5 }),
      async (asked, all, each) => {
        const turns = new FairTurns({ all, each });
        const running = new Map<string, number>();
        let most = 0;
        await Promise.all(
          asked.map((owner) =>
            turns.run(owner, async () => {
              running.set(owner, (running.get(owner) ?? 0) + 1);
              most = Math.max(
                most,
                [...running.values()].reduce((sum, n) => sum + n, 0),
              );
              expect(running.get(owner)).toBeLessThanOrEqual(each);
              await settled();
              running.set(owner, (running.get(owner) ?? 0) - 1);
            }),
          ),
        );
        expect(most).toBeLessThanOrEqual(all);
      },
    ),
    { numRuns: 50 },
  );
});
