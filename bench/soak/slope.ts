import { median } from '../statistics';

/** A line through points: how steep, and between what with a confidence of 95 %. */
export interface Slope {
  perHour: number;
  low: number;
  high: number;
}

/** A value and when it was so, in ms. */
export type Point = readonly [atMs: number, value: number];

const HOUR_MS = 3_600_000;
/** Within so many standard deviations of a normal distribution lie 95 %. */
const DEVIATIONS = 1.96;

/** Medians of stretches of time: neighbouring samples are alike, and count as one. */
export function medians(points: readonly Point[], stretchMs: number): Point[] {
  const stretches = new Map<number, Point[]>();
  for (const point of points) {
    const stretch = Math.floor(point[0] / stretchMs);
    stretches.set(stretch, [...(stretches.get(stretch) ?? []), point]);
  }
  return [...stretches.values()].map((some) => [
    median(some.map(([at]) => at)),
    median(some.map(([, value]) => value)),
  ]);
}

/** The median of the slopes between all pairs (Theil and Sen), with Sen's confidence interval; undefined of fewer than three. */
export function slopeOf(points: readonly Point[]): Slope | undefined {
  const n = points.length;
  if (n < 3) return undefined;
  const slopes = points
    .flatMap(([at, value], i) => points.slice(i + 1).map(([later, other]) => (other - value) / (later - at)))
    .sort((a, b) => a - b);
  const spread = DEVIATIONS * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const slope = (place: number) => (slopes[Math.min(slopes.length - 1, Math.max(0, place))] as number) * HOUR_MS;
  return {
    perHour: median(slopes) * HOUR_MS,
    low: slope(Math.floor((slopes.length - spread) / 2) - 1),
    high: slope(Math.ceil((slopes.length + spread) / 2)),
  };
}
