import type { DuckDBConnection } from "@duckdb/node-api";
import type { ProfileValue } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import type { AskedColumn, ColumnAggregates } from "./aggregates.ts";
import { hasBounds, lengthSql, placeSql } from "./column-family.ts";
import type { ColumnFindings } from "./profile-columns.ts";
import { shownSql, tidy, toFigure, toProfileValue } from "./profile-value.ts";
import { scaleOf, toSpread } from "./spread.ts";
import { MAX_TOP_LENGTH, TOP } from "./values.ts";

/** Longer lists cost more to fetch than the column to look at. */
const MAX_VALUES = 5000;

/** One value of a column, and in how many rows it stands. */
export interface CountedValue {
  shown: ProfileValue;
  /** The number itself, or seconds since 1970; absent for other types. */
  place?: number;
  length?: number;
  rows: number;
}

/** Each value of a column that has few, in their order; undefined where they are not few in the whole table. */
export async function countValues(
  connection: DuckDBConnection,
  table: string,
  { name, type, family }: AskedColumn,
): Promise<CountedValue[] | undefined> {
  const [place, length] = [placeSql(family, "value") ?? "NULL", lengthSql(family, "value") ?? "NULL"];
  const reader = await connection.runAndReadAll(
    `SELECT ${shownSql("value", type)}, ${place}, ${length}, n
     FROM (SELECT ${quoteName(name)} AS value, count(*) AS n FROM ${quoteName(table)}
       WHERE ${quoteName(name)} IS NOT NULL GROUP BY 1)
     ORDER BY value LIMIT ${MAX_VALUES + 1}`,
  );
  const rows = reader.getRowsJson();
  if (rows.length > MAX_VALUES) return undefined;
  return rows.map(([shown, at, long, n]) => ({
    shown: toProfileValue(shown, type),
    ...(at !== null && { place: Number(at) }),
    ...(long !== null && { length: Number(long) }),
    rows: Number(n),
  }));
}

/** Everything that a profile says, from the counts of all values in their order. */
export function findingsOf(column: AskedColumn, values: readonly CountedValue[]): ColumnFindings {
  const isMeasured = ({ place }: CountedValue) => place === undefined || Number.isFinite(place);
  const finite = values.filter(isMeasured);
  const aggregates: ColumnAggregates = {
    filled: rowsOf(values),
    min: null,
    max: null,
    nonFinite: rowsOf(values) - rowsOf(finite),
    ...boundsOf(column, finite),
    ...lengthsOf(values),
  };
  const top = values.filter(({ rows }) => rows > 1).toSorted((a, b) => b.rows - a.rows);
  return {
    aggregates,
    values: { distinct: values.length, top: column.family === "bytes" ? [] : top.slice(0, TOP).map(toTop) },
    spread: spreadOf(column, aggregates, finite),
    isEstimated: false,
  };
}

function boundsOf({ family }: AskedColumn, finite: readonly CountedValue[]): Partial<ColumnAggregates> {
  const [first, last] = [finite[0], finite.at(-1)];
  if (first === undefined || last === undefined || !hasBounds(family)) return {};
  const [from, to] = [first.place, last.place];
  return {
    min: first.shown,
    max: last.shown,
    ...(from !== undefined && to !== undefined && { from, to }),
    ...(family === "number" && { mean: meanOf(finite, ({ place }) => place ?? 0) }),
  };
}

function lengthsOf(values: readonly CountedValue[]): Pick<ColumnAggregates, "lengths"> {
  const lengths = values.flatMap(({ length }) => length ?? []);
  if (lengths.length === 0) return {};
  const [min, max] = lengths.reduce(
    ([least, most], length) => [Math.min(least, length), Math.max(most, length)],
    [Infinity, 0],
  );
  return { lengths: { min, max, mean: meanOf(values, ({ length }) => length ?? 0) } };
}

function spreadOf(column: AskedColumn, aggregates: ColumnAggregates, finite: readonly CountedValue[]) {
  const scale = scaleOf(column, aggregates, finite.length);
  const bins = new Map<number, number>();
  for (const { place = 0, rows } of scale === undefined ? [] : finite) {
    const bin = scale?.binOf(place) ?? 0;
    bins.set(bin, (bins.get(bin) ?? 0) + rows);
  }
  const isNumber = column.family === "number" && finite.length > 0;
  return toSpread(isNumber ? quartilesOf(finite) : undefined, scale, bins);
}

function quartilesOf(finite: readonly CountedValue[]) {
  const total = rowsOf(finite);
  const at = (share: number) => {
    let seen = 0;
    const reached = finite.find(({ rows }) => {
      seen += rows;
      return seen >= share * total;
    });
    return tidy(reached?.place ?? 0);
  };
  return { p25: at(0.25), p50: at(0.5), p75: at(0.75) };
}

function meanOf(values: readonly CountedValue[], figure: (value: CountedValue) => number): number {
  const mean = values.reduce((sum, value) => sum + figure(value) * value.rows, 0) / rowsOf(values);
  return toFigure(mean) ?? 0;
}

function rowsOf(values: readonly CountedValue[]): number {
  return values.reduce((sum, { rows }) => sum + rows, 0);
}

function toTop({ shown, rows }: CountedValue) {
  const value = typeof shown === "string" ? toProfileValue(shown, "", MAX_TOP_LENGTH) : shown;
  return { value, count: rows };
}
