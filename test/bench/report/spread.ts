/** What several runs of one thing came to: the middle one, and between which two the middle half lay. */
export interface Spread {
  readonly low: number;
  readonly median: number;
  readonly high: number;
  readonly runs: number;
}

/** Median and quartiles, between neighbours in proportion. All are `NaN` where nothing was measured. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return { low: at(sorted, 0.25), median: at(sorted, 0.5), high: at(sorted, 0.75), runs: sorted.length };
}

/** `7.6 (7.2–8.1)`: the median, and the quartiles in brackets. */
export function showSpread({ low, median, high }: Spread, digits = 1): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}

/** The same figures in another unit, or as multiples of something. */
export function scaleSpread({ low, median, high, runs }: Spread, factor: number): Spread {
  return { low: low * factor, median: median * factor, high: high * factor, runs };
}

/** Amounts per second out of seconds, so that the slow quarter is the low one. */
export function toRate(seconds: Spread, amount: number): Spread {
  const { low, median, high, runs } = seconds;
  return { low: amount / high, median: amount / median, high: amount / low, runs };
}

function at(sorted: readonly number[], share: number): number {
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}
