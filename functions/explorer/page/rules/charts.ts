import { type Column, type ColumnKind, kindOfType } from "./columns.ts";

export type ChartKind = "bar" | "line" | "scatter" | "histogram";

/** What to draw: one column along, others up. A histogram counts its one column. */
export interface Chart {
  kind: ChartKind;
  x: number;
  y: number[];
}

type Rows = readonly (readonly unknown[])[];

const MAX_BARS = 60;
const MAX_SERIES = 6;

/** The charts that these columns bear, the most telling first; none where nothing can be measured. */
export function chartChoices(columns: readonly Column[], rows: Rows): Chart[] {
  if (rows.length < 2) return [];
  const kinds = columns.map(({ type }) => kindOfType(type));
  const numbers = indexesOf(kinds, "number");
  const times = indexesOf(kinds, "time");
  const labels = indexesOf(kinds, "text", "boolean");
  const [number] = numbers;
  if (number === undefined) return times[0] === undefined ? [] : [{ kind: "histogram", x: times[0], y: [] }];
  const others = (x: number) => numbers.filter((index) => index !== x).slice(0, MAX_SERIES);
  const [time, label, second] = [times[0], labels[0], numbers[1]];
  const isSteady = isRising(rows, number) && rows.length > 2;
  const found: (Chart | undefined)[] = [
    time === undefined ? undefined : { kind: "line", x: time, y: others(time) },
    label !== undefined && rows.length <= MAX_BARS ? { kind: "bar", x: label, y: others(label) } : undefined,
    second !== undefined && isSteady ? { kind: "line", x: number, y: others(number) } : undefined,
    second === undefined ? undefined : { kind: "scatter", x: number, y: [second] },
    label === undefined && time === undefined && second !== undefined && rows.length <= MAX_BARS
      ? { kind: "bar", x: number, y: others(number) }
      : undefined,
    { kind: "histogram", x: number, y: [] },
  ];
  return found.filter((chart): chart is Chart => chart !== undefined);
}

function indexesOf(kinds: readonly ColumnKind[], ...wanted: ColumnKind[]): number[] {
  return kinds.flatMap((kind, index) => (wanted.includes(kind) ? [index] : []));
}

function isRising(rows: Rows, column: number): boolean {
  return rows.every((row, index) => index === 0 || Number(row[column]) > Number(rows[index - 1]?.[column]));
}

/** Values as a drawing takes them: seconds for times, null for what is missing or no number. */
export function toNumber(value: unknown, kind: ColumnKind): number | null {
  if (value === null || value === undefined) return null;
  if (kind !== "time") return Number.isFinite(Number(value)) ? Number(value) : null;
  const text = String(value).replace(" ", "T");
  const time = Date.parse(/[Z+]|T.*-/.test(text) || !text.includes("T") ? text : `${text}Z`);
  return Number.isNaN(time) ? null : time / 1000;
}

export interface Drawing {
  x: number[];
  series: { label: string; values: (number | null)[] }[];
  /** Names of the places along, where they are no numbers. */
  names?: string[];
  isTime: boolean;
}

/** The chart's numbers, ready to be drawn. */
export function drawingOf({ kind, x, y }: Chart, columns: readonly Column[], rows: Rows): Drawing {
  const kindX = kindOfType(columns[x]?.type ?? "");
  if (kind === "histogram")
    return histogramOf(
      rows.map((row) => toNumber(row[x], kindX)),
      kindX === "time",
    );
  const seriesOf = (used: Rows) =>
    y.map((index) => ({
      label: columns[index]?.name ?? "",
      values: used.map((row) => toNumber(row[index], "number")),
    }));
  if (kind === "bar") {
    const names = rows.map((row) => (row[x] === null ? "NULL" : String(row[x])));
    return { x: rows.map((_, index) => index), series: seriesOf(rows), names, isTime: false };
  }
  // Lines and points run from left to right.
  const placed = rows
    .map((row) => ({ row, at: toNumber(row[x], kindX) }))
    .filter((place): place is { row: readonly unknown[]; at: number } => place.at !== null)
    .sort((a, b) => a.at - b.at);
  return { x: placed.map(({ at }) => at), series: seriesOf(placed.map(({ row }) => row)), isTime: kindX === "time" };
}

const BINS = 30;

function histogramOf(values: readonly (number | null)[], isTime: boolean): Drawing {
  const known = values.filter((value): value is number => value !== null);
  const [low, high] = known.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  const width = (high - low) / BINS || 1;
  const counts = new Array<number>(BINS).fill(0);
  for (const value of known) {
    const bin = Math.min(BINS - 1, Math.floor((value - low) / width));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { x: counts.map((_, bin) => low + (bin + 0.5) * width), series: [{ label: "Rows", values: counts }], isTime };
}
