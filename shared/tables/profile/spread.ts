import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnSpread } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import type { AskedColumn, ColumnAggregates } from "./aggregates.ts";
import { placeSql } from "./column-family.ts";
import { tidy, toFigure } from "./profile-value.ts";
import { MAX_BINS, numberScale, type Scale, timeScale } from "./scale.ts";

/** The quartiles and the histogram of each column, in the order given, from one statement each. */
export async function readSpreads(
  connection: DuckDBConnection,
  source: string,
  columns: readonly (AskedColumn & { aggregates: ColumnAggregates })[],
): Promise<ColumnSpread[]> {
  const scales = columns.map((column) => scaleOf(column, column.aggregates));
  const quartiles = await readQuartiles(connection, source, columns);
  const counts = await countBins(connection, source, columns, scales);
  return columns.map((_, index) => toSpread(quartiles[index], scales[index], counts[index]));
}

/** The steps of a column's histogram; no more of them than it has values, so that two values are not eighteen gaps. */
export function scaleOf(
  { type, family }: AskedColumn,
  { from, to }: ColumnAggregates,
  distinct = MAX_BINS,
): Scale | undefined {
  if (from === undefined || to === undefined) return undefined;
  const maxBins = Math.max(1, Math.min(MAX_BINS, distinct));
  if (family === "time") return timeScale([from, to], { isDate: type === "DATE", maxBins });
  return numberScale([from, to], { isWhole: /INT|,0\)$/.test(type), maxBins });
}

/** What is known of how values lie, without what is not. */
export function toSpread(
  quartiles: ColumnSpread["quartiles"],
  scale: Scale | undefined,
  counts: ReadonlyMap<number, number> | undefined,
): ColumnSpread {
  const histogram = scale === undefined || counts === undefined ? undefined : toHistogram(scale, counts);
  return { ...(quartiles !== undefined && { quartiles }), ...(histogram !== undefined && { histogram }) };
}

/** Empty bins are bins, too; those before the first value or behind the last of a sample are not. */
function toHistogram({ edges }: Scale, counts: ReadonlyMap<number, number>): ColumnSpread["histogram"] {
  const used = [...counts.keys()].filter((bin) => bin >= 0 && bin < edges.length - 1);
  if (used.length === 0) return undefined;
  const [first, last] = [Math.min(...used), Math.max(...used)];
  return {
    edges: edges.slice(first, last + 2),
    counts: Array.from({ length: last - first + 1 }, (_, index) => counts.get(first + index) ?? 0),
  };
}

async function countBins(
  connection: DuckDBConnection,
  source: string,
  columns: readonly AskedColumn[],
  scales: readonly (Scale | undefined)[],
): Promise<Map<number, number>[]> {
  const asked = columns.flatMap(({ name }, index) => {
    const [scale, value] = [scales[index], quoteName(name)];
    if (scale === undefined) return [];
    // NaN and the infinities are in no bin.
    return [{ index, bins: `histogram(TRY_CAST(${scale.binSql(value)} AS INTEGER))` }];
  });
  const found = await readRow(
    connection,
    source,
    asked.map(({ bins }) => bins),
  );
  const counts: Map<number, number>[] = [];
  for (const [place, { index }] of asked.entries()) counts[index] = toCounts(found[place]);
  return counts;
}

/** A MAP as the binding writes it in JSON. */
function toCounts(map: unknown): Map<number, number> {
  const entries = (map ?? []) as { key: unknown; value: unknown }[];
  return new Map(entries.map(({ key, value }) => [Number(key), Number(value)]));
}

async function readQuartiles(
  connection: DuckDBConnection,
  source: string,
  columns: readonly AskedColumn[],
): Promise<ColumnSpread["quartiles"][]> {
  const asked = columns.flatMap(({ name, family }, index) => (family === "number" ? [{ name, index }] : []));
  const lists = asked.map(({ name }) => {
    const place = placeSql("number", quoteName(name));
    return `quantile_cont(${place}, [0.25, 0.5, 0.75]) FILTER (WHERE isfinite(${place}))`;
  });
  const found = await readRow(connection, source, lists);
  const quartiles: ColumnSpread["quartiles"][] = [];
  for (const [place, { index }] of asked.entries()) {
    const [p25, p50, p75] = ((found[place] ?? []) as unknown[]).map(toFigure);
    if (p25 === undefined || p50 === undefined || p75 === undefined) continue;
    quartiles[index] = { p25: tidy(p25), p50: tidy(p50), p75: tidy(p75) };
  }
  return quartiles;
}

async function readRow(connection: DuckDBConnection, source: string, values: readonly string[]): Promise<unknown[]> {
  if (values.length === 0) return [];
  const reader = await connection.runAndReadAll(`SELECT ${values.join(", ")} FROM ${source}`);
  return reader.getRowsJson()[0] ?? [];
}
