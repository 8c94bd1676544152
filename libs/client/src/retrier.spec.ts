import { ChatError } from '@app/contracts';
import { Retrier } from './retrier';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

it('goes on within 3 s of the end of an outage, however long that was', async () => {
  const retrier = new Retrier(
    () => 1,
    () => {},
  );
  retrier.goOnline();
  let isAway = true;
  const done = jest.fn();
  const task = async () => {
    if (isAway) throw new ChatError('unavailable', 'away');
  };
  void retrier.run(task).then(done);
  await jest.advanceTimersByTimeAsync(120_500);
  isAway = false;
  await jest.advanceTimersByTimeAsync(3000);
  expect(done).toHaveBeenCalled();
});

it('waits as long as the server asks for', async () => {
  const retrier = new Retrier(
    () => 1,
    () => {},
  );
  retrier.goOnline();
  const task = jest.fn(async () => {
    if (task.mock.calls.length === 1) throw new ChatError('rate_limited', 'slower', 9000);
  });
  const done = retrier.run(task);
  await jest.advanceTimersByTimeAsync(8900);
  expect(task).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(100);
  await done;
  expect(task).toHaveBeenCalledTimes(2);
});
