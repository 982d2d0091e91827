/** How a column's values lie, as its profile tells it. */
export interface Shape {
  histogram?: { edges: (number | string)[]; counts: number[] } | undefined;
  top_values?: { value: unknown; count: number }[] | undefined;
}

/** One bar of a small histogram, or one frequent value. */
export interface Bar {
  label: string;
  count: number;
}

const TOP = 5;
/** Fewer bins are no picture; the values themselves say more. */
const MIN_BINS = 6;

/** The bars of a column: bins for numbers and times, the most frequent values for the rest; none where nothing is known. */
export function barsOf({ histogram, top_values = [] }: Shape): Bar[] {
  if (histogram !== undefined && (histogram.counts.length >= MIN_BINS || top_values.length === 0)) {
    return histogram.counts.map((count, bin) => ({
      label: `${edgeText(histogram.edges[bin])} to ${edgeText(histogram.edges[bin + 1])}`,
      count,
    }));
  }
  return top_values.slice(0, TOP).map(({ value, count }) => ({ label: String(value), count }));
}

const short = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 });

function edgeText(edge: number | string | undefined): string {
  return typeof edge === "number" ? short.format(edge) : (edge ?? "");
}
