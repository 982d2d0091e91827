/** An axis: where a value is on it, and which values are named. */
export interface Scale {
  place(value: number): number;
  readonly ticks: readonly number[];
}

/** From power of ten to power of ten around all values; values of 0 or less have no place on it. */
export function logScale(values: readonly number[], from: number, to: number): Scale {
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.max(Math.ceil(Math.log10(Math.max(...values))), low + 1);
  return {
    place: (value) => from + ((Math.log10(value) - low) / (high - low)) * (to - from),
    ticks: Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index)),
  };
}

/** From 0, because lengths are compared by eye, to a round number beyond the largest. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const step = roundStep(Math.max(...values) / 5);
  const count = Math.max(Math.ceil(Math.max(...values) / step), 1);
  return {
    place: (value) => from + (value / (step * count)) * (to - from),
    ticks: Array.from({ length: count + 1 }, (_, index) => Number((step * index).toPrecision(12))),
  };
}

/** 1, 2 or 5 times a power of ten, at least as much as asked for. */
function roundStep(wanted: number): number {
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 2, 5, 10].find((factor) => factor * power >= wanted * 0.999) ?? 10) * power;
}

/** As people write it: thousands apart, and no more digits than it has. */
export function label(tick: number): string {
  return Math.abs(tick) >= 1 ? tick.toLocaleString("en") : String(Number(tick.toPrecision(3)));
}
