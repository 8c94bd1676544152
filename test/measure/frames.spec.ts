import { quantile, type TraceEvent, workPerFrame } from './frames';

const page = { pid: 1, tid: 2 };
const frame = (ts: number, thread = page): TraceEvent => ({
  name: 'FireAnimationFrame',
  ph: 'X',
  ts,
  dur: 1,
  ...thread,
});
const task = (ts: number, dur: number, thread = page): TraceEvent => ({
  name: 'ThreadControllerImpl::RunTask',
  ph: 'X',
  ts,
  dur,
  ...thread,
});

it('adds up the tasks from one frame to the next, of the thread that paints most frames', () => {
  const other = { pid: 1, tid: 3 };
  const trace = [
    task(-500, 400),
    frame(0),
    frame(100),
    task(0, 3000),
    task(9000, 2000),
    frame(16_000),
    task(16_000, 5000),
    task(17_000, 9000, other),
    frame(17_000, other),
    frame(33_000),
    task(33_000, 7000),
  ];
  expect(workPerFrame(trace)).toEqual([5, 5]);
  expect(workPerFrame([])).toEqual([]);
});

it('finds quantiles', () => {
  expect([0, 0.5, 0.95, 1].map((part) => quantile([3, 1, 2, 4], part))).toEqual([1, 3, 4, 4]);
  expect(quantile([], 0.5)).toBe(0);
});
