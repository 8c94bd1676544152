import { ChatError } from '@app/contracts';
import { untilAnswered } from './until-answered';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** A call that fails so often, then answers. */
function failing(times: number, error: Error) {
  let calls = 0;
  return async () => {
    if (++calls <= times) throw error;
    return calls;
  };
}

it('repeats what is unavailable or overloaded, however long that takes within ten minutes', async () => {
  const away = untilAnswered(failing(30, new ChatError('unavailable', 'away')));
  const full = untilAnswered(failing(3, new ChatError('overloaded', 'full')));
  await jest.advanceTimersByTimeAsync(150_000);
  expect(await Promise.all([away, full])).toEqual([31, 4]);
});

it('does not repeat a refusal', async () => {
  await expect(untilAnswered(failing(1, new ChatError('forbidden', 'no')))).rejects.toMatchObject({
    code: 'forbidden',
  });
});

it('gives up after ten minutes', async () => {
  const answer = untilAnswered(failing(Number.POSITIVE_INFINITY, new ChatError('unavailable', 'away')));
  const failed = expect(answer).rejects.toMatchObject({ code: 'unavailable' });
  await jest.advanceTimersByTimeAsync(606_000);
  await failed;
});
