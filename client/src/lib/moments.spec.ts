import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Moments } from './moments';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const turn = () => Promise.resolve();

/** Changes come at a rate; each tells two that show it. */
async function pour(moments: Moments, perSecond: number, seconds: number) {
  const list = vi.fn();
  const title = vi.fn();
  for (let i = 0; i < perSecond * seconds; i++) {
    moments.soon(list);
    moments.soon(title);
    await turn();
    vi.advanceTimersByTime(1000 / perSecond);
  }
  return { list, title };
}

it('shows what people say as it comes', async () => {
  const { list, title } = await pour(new Moments(), 5, 20);
  expect([list, title].map((show) => show.mock.calls.length)).toEqual([100, 100]);
});

it('shows a flood some ten times a second, and its end', async () => {
  const moments = new Moments();
  const { list, title } = await pour(moments, 100, 10);
  for (const show of [list, title]) {
    expect(show.mock.calls.length).toBeGreaterThan(90);
    expect(show.mock.calls.length).toBeLessThan(140);
  }
  const last = vi.fn();
  moments.soon(last);
  vi.advanceTimersByTime(100);
  expect(last).toHaveBeenCalledOnce();
});

it('shows at once again after a pause', async () => {
  const moments = new Moments();
  await pour(moments, 100, 3);
  vi.advanceTimersByTime(2000);
  const shown = vi.fn();
  moments.soon(shown);
  expect(shown).toHaveBeenCalledOnce();
});
