import { ChatError } from '@app/contracts';
import { untilAnswered } from './until-answered';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const TEN_MINUTES = 600_000;

/** A call that fails so often, then answers. */
function failing(times: number, error: Error) {
  let calls = 0;
  return async () => {
    if (++calls <= times) throw error;
    return calls;
  };
}

it('repeats what is unavailable or overloaded, however long that takes within the time for it', async () => {
  const away = untilAnswered(failing(30, new ChatError('unavailable', 'away')), TEN_MINUTES);
  const full = untilAnswered(failing(3, new ChatError('overloaded', 'full')), TEN_MINUTES);
  await jest.advanceTimersByTimeAsync(150_000);
  expect(await Promise.all([away, full])).toEqual([31, 4]);
});

it('does not repeat a refusal', async () => {
  await expect(untilAnswered(failing(1, new ChatError('forbidden', 'no')), TEN_MINUTES)).rejects.toMatchObject({
    code: 'forbidden',
  });
});

it('gives up after that time', async () => {
  const answer = untilAnswered(failing(Number.POSITIVE_INFINITY, new ChatError('unavailable', 'away')), TEN_MINUTES);
  const failed = expect(answer).rejects.toMatchObject({ code: 'unavailable' });
  await jest.advanceTimersByTimeAsync(606_000);
  await failed;
});
