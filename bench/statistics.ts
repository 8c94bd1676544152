/** The middle one; between the two in the middle when their number is even; NaN without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? at(sorted, middle) : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

/** The value that a part (0 to 1) of the values do not exceed (nearest rank); NaN without any. */
export function quantile(values: ArrayLike<number>, part: number): number {
  const sorted = Float64Array.from(values).sort();
  return at(sorted, Math.max(0, Math.ceil(part * sorted.length) - 1));
}

export interface Summary {
  median: number;
  min: number;
  max: number;
}

/** Median and spread. */
export function summarise(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? Number.NaN;
}
