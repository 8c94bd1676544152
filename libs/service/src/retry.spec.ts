import { retry } from './retry';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** When each try was made, of a task that fails so often. */
async function timesOfTries(failures: number, options: { pauseMs: number; maxPauseMs?: number }): Promise<number[]> {
  const began = Date.now();
  const times: number[] = [];
  const done = retry(async () => {
    times.push(Date.now() - began);
    if (times.length <= failures) throw new Error('not yet');
  }, options);
  await jest.runAllTimersAsync();
  await done;
  return times;
}

describe('retry', () => {
  it('gives what the first try gives, at once', async () => {
    await expect(retry(async () => 5, { pauseMs: 100 })).resolves.toBe(5);
  });

  it('pauses after a try that failed, twice as long each time, up to a bound', async () => {
    expect(await timesOfTries(4, { pauseMs: 100, maxPauseMs: 300 })).toEqual([0, 100, 300, 600, 900]);
    expect(await timesOfTries(3, { pauseMs: 250 })).toEqual([0, 250, 500, 750]);
  });

  it('tries again what is not done yet, and what has nothing to tell is done', async () => {
    const answers = [false, false, true] as const;
    let tries = 0;
    const done = retry(async () => answers[tries++] as boolean, { pauseMs: 10 });
    await jest.runAllTimersAsync();
    expect([await done, tries]).toEqual([true, 3]);
    await expect(retry(async () => undefined, { pauseMs: 10 })).resolves.toBeUndefined();
  });

  it('ends when it is not wanted any more', async () => {
    let tries = 0;
    const attempt = async () => {
      tries += 1;
      throw new Error('away');
    };
    const done = retry(attempt, { pauseMs: 10, isWanted: () => tries < 2 });
    await jest.runAllTimersAsync();
    await expect(done).resolves.toBeUndefined();
    expect(tries).toBe(2);
  });

  it('ends with an error that is final, having told of those before', async () => {
    const told: string[] = [];
    let tries = 0;
    const attempt = async () => {
      throw new Error(++tries < 3 ? 'passing' : 'final');
    };
    const failed = (error: unknown) => {
      told.push((error as Error).message);
      if (told.at(-1) === 'final') throw error;
    };
    const done = expect(retry(attempt, { pauseMs: 10, failed })).rejects.toThrow('final');
    await jest.runAllTimersAsync();
    await done;
    expect(told).toEqual(['passing', 'passing', 'final']);
  });
});
