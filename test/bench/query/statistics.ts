/** Figures of several runs, as they are printed. */

export function best(values: readonly number[]): string {
  return Math.min(...values).toFixed(1);
}

export function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(1);
}
