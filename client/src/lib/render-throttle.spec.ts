import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RenderThrottle } from './render-throttle';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const turn = () => Promise.resolve();

/** Changes come at a rate; each tells two that show it. */
async function pour(throttle: RenderThrottle, perSecond: number, seconds: number) {
  const list = vi.fn();
  const title = vi.fn();
  for (let i = 0; i < perSecond * seconds; i++) {
    throttle.schedule(list);
    throttle.schedule(title);
    await turn();
    vi.advanceTimersByTime(1000 / perSecond);
  }
  return { list, title };
}

it('shows what people say as it comes', async () => {
  const { list, title } = await pour(new RenderThrottle(), 5, 20);
  expect([list, title].map((show) => show.mock.calls.length)).toEqual([100, 100]);
});

it('shows a flood some ten times a second, and its end', async () => {
  const throttle = new RenderThrottle();
  const { list, title } = await pour(throttle, 100, 10);
  for (const show of [list, title]) {
    expect(show.mock.calls.length).toBeGreaterThan(90);
    expect(show.mock.calls.length).toBeLessThan(140);
  }
  const last = vi.fn();
  throttle.schedule(last);
  vi.advanceTimersByTime(100);
  expect(last).toHaveBeenCalledOnce();
});

it('shows at once again after a pause', async () => {
  const throttle = new RenderThrottle();
  await pour(throttle, 100, 3);
  vi.advanceTimersByTime(2000);
  const shown = vi.fn();
  throttle.schedule(shown);
  expect(shown).toHaveBeenCalledOnce();
});
