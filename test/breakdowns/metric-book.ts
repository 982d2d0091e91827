/** What CloudWatch keeps: samples by metric, told by their statistics over a stretch of time. */
export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface Sample extends MetricName {
  readonly value: number;
}

interface Kept {
  readonly at: number;
  readonly value: number;
}

export class MetricBook {
  readonly #samples = new Map<string, Kept[]>();

  /** `at` is in seconds, of whichever clock its readers ask by. */
  add({ value, ...metric }: Sample, at: number): void {
    const key = keyOf(metric);
    this.#samples.set(key, [...(this.#samples.get(key) ?? []), { at, value }]);
  }

  has(metric: MetricName): boolean {
    return this.#samples.has(keyOf(metric));
  }

  /** The values that a dimension has where the others are as given. */
  valuesOf({ namespace, name, dimensions }: MetricName, open: string): string[] {
    return [...this.#samples.keys()].flatMap((key) => {
      const [space, of, pairs]: [string, string, [string, string][]] = JSON.parse(key);
      const { [open]: value, ...others } = Object.fromEntries(pairs);
      const isOne =
        space === namespace &&
        of === name &&
        keyOf({ namespace, name, dimensions }) === keyOf({ namespace, name, dimensions: others });
      return isOne && value !== undefined ? [value] : [];
    });
  }

  /** Of the samples after `from` and up to `to`; undefined where there are none. */
  statistic(metric: MetricName, statistic: string, { from, to }: { from: number; to: number }): number | undefined {
    const kept = this.#samples.get(keyOf(metric)) ?? [];
    const values = kept.filter(({ at }) => at > from && at <= to).map(({ value }) => value);
    return values.length === 0 ? undefined : compute(statistic, values);
  }
}

/** The order in which dimensions are named says nothing. */
function keyOf({ namespace, name, dimensions }: MetricName): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}

function compute(statistic: string, values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case "Sum":
      return sum;
    case "Average":
      return sum / values.length;
    case "Maximum":
      return Math.max(...values);
    case "SampleCount":
      return values.length;
  }
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percent === undefined) throw new Error(`Cannot compute the statistic "${statistic}"`);
  const ordered = values.toSorted((one, other) => one - other);
  return ordered[Math.max(0, Math.ceil((Number(percent) / 100) * values.length) - 1)] ?? 0;
}
