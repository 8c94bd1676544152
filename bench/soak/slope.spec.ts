import { seededRandom } from '../load/random';
import { medians, type Point, slopeOf } from './slope';

const MINUTE_MS = 60_000;
const every10Seconds = (minutes: number, valueAt: (minute: number) => number): Point[] =>
  Array.from({ length: minutes * 6 }, (_, n) => [n * 10_000, valueAt(n / 6)]);

it('finds how steep a line is under swings, and how sure that is', () => {
  const random = seededRandom(5);
  const slope = slopeOf(
    medians(
      every10Seconds(50, (minute) => 100 + minute / 10 + 4 * random()),
      MINUTE_MS,
    ),
  );
  expect(slope?.perHour).toBeCloseTo(6, 0);
  expect(slope?.low).toBeGreaterThan(3);
  expect(slope?.high).toBeLessThan(9);
});

it('has nothing between its bounds but zero where nothing grows', () => {
  const random = seededRandom(6);
  const slope = slopeOf(
    medians(
      every10Seconds(50, () => 100 + 10 * random()),
      MINUTE_MS,
    ),
  );
  expect(slope?.low).toBeLessThan(0);
  expect(slope?.high).toBeGreaterThan(0);
});

it('is moved little by one step', () => {
  const slope = slopeOf(
    medians(
      every10Seconds(50, (minute) => (minute < 5 ? 90 : 100)),
      MINUTE_MS,
    ),
  );
  expect(slope?.perHour).toBe(0);
});

it('says nothing of too few', () => {
  expect(
    slopeOf(
      medians(
        every10Seconds(2, () => 1),
        MINUTE_MS,
      ),
    ),
  ).toBeUndefined();
});
