import type { DuckDBConnection } from "@duckdb/node-api";
import type { ProfileValue } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { type ColumnFamily, hasBounds, lengthSql, placeSql } from "./column-family.ts";
import { readHashedDistinct } from "./hashed-distinct.ts";
import { shownSql, toFigure, toProfileValue } from "./profile-value.ts";
import { readKnownBounds, readTextBounds } from "./text-bounds.ts";

/** A column to look at. */
export interface AskedColumn {
  name: string;
  type: string;
  family: ColumnFamily;
}

/** What all values of a column say together. */
export interface ColumnAggregates {
  filled: number;
  /** Of finite values. */
  min: ProfileValue;
  max: ProfileValue;
  /** Place of the least and of the greatest finite value on a scale: the number, or seconds since 1970. */
  from?: number;
  to?: number;
  mean?: number;
  lengths?: { min: number; max: number; mean: number };
  /** NaN and the infinities. */
  nonFinite: number;
  distinct?: number;
}

/** How distinct values are counted: of one in 2^bits of them by hash, or by a sketch of 64 bytes that may be 25 % off. */
export type DistinctWay = number | "roughly";

export interface AggregateOptions {
  /** Left out, distinct values are not counted. */
  distinct?: DistinctWay;
  /** A table of some of the rows, which spares comparing each text with the least and the greatest so far. */
  sample?: string;
}

/** Bounds, means, lengths and, where it is said how, the number of distinct values, over all rows. */
export async function readAggregates(
  connection: DuckDBConnection,
  table: string,
  columns: readonly AskedColumn[],
  { distinct, sample }: AggregateOptions = {},
): Promise<ColumnAggregates[]> {
  // Apart on purpose: what asks for no more than counts and bounds is answered from the statistics of the storage.
  const bounds = await readStructs(connection, table, columns, boundsFields);
  const texts = sample === undefined ? new Map() : await textBounds(connection, { table, sample }, columns);
  const figures = await readStructs(connection, table, columns, (column) =>
    figureFields(column, { isBoundKnown: texts.has(column), isRough: distinct === "roughly" }),
  );
  const hashed = typeof distinct === "number" ? await readHashedDistinct(connection, table, columns, distinct) : [];
  const all = columns.map((column, index) => {
    const found = { ...bounds[index], ...texts.get(column), ...figures[index], ...hashed[index] };
    return toAggregates(column, found, distinct);
  });
  const hidden = [...all.keys()].filter((index) => hasNonFinite(columns[index] as AskedColumn, all[index]));
  const seen = hidden.map((index) => columns[index] as AskedColumn);
  const finite = await readStructs(connection, table, seen, finiteFields);
  for (const [place, index] of hidden.entries()) {
    const { filled, lengths, distinct: counted } = all[index] as ColumnAggregates;
    const again = toAggregates(seen[place] as AskedColumn, { filled, ...finite[place] }, undefined);
    all[index] = { ...again, ...(lengths && { lengths }), ...(counted !== undefined && { distinct: counted }) };
  }
  return all;
}

/** Bounds of those columns of texts whose sample helps to find them. */
async function textBounds(
  connection: DuckDBConnection,
  { table, sample }: { table: string; sample: string },
  columns: readonly AskedColumn[],
): Promise<Map<AskedColumn, { min: unknown; max: unknown }>> {
  const texts = columns.filter(({ type }) => type === "VARCHAR");
  const names = texts.map(({ name }) => name);
  const known = await readKnownBounds(connection, sample, names);
  const found = new Map<AskedColumn, { min: unknown; max: unknown }>();
  for (const [index, column] of texts.entries()) {
    const bounds = known[index];
    if (bounds !== undefined) found.set(column, await readTextBounds(connection, table, column.name, bounds));
  }
  return found;
}

type Fields = Record<string, string>;

/** One struct of fields per column, from one statement over the table. */
async function readStructs(
  connection: DuckDBConnection,
  table: string,
  columns: readonly AskedColumn[],
  fieldsOf: (column: AskedColumn) => Fields,
): Promise<Record<string, unknown>[]> {
  const asked = columns.map((column) => Object.entries(fieldsOf(column)));
  const fields = asked.flat().map(([, sql]) => sql);
  if (fields.length === 0) return columns.map(() => ({}));
  const reader = await connection.runAndReadAll(`SELECT ${fields.join(", ")} FROM ${quoteName(table)}`);
  const values = [...(reader.getRowsJson()[0] ?? [])];
  return asked.map((entries) => Object.fromEntries(entries.map(([name]) => [name, values.shift()])));
}

/** The statistics know no text beyond its first eight bytes. */
function boundsFields({ name, type, family }: AskedColumn): Fields {
  const value = quoteName(name);
  if (family === "text") return {};
  const filled = { filled: `count(${value})` };
  if (!hasBounds(family)) return filled;
  return { ...filled, ...boundsOf(type, family, `min(${value})`, `max(${value})`) };
}

function boundsOf(type: string, family: ColumnFamily, min: string, max: string): Fields {
  const [from, to] = [placeSql(family, min), placeSql(family, max)];
  const places = from === undefined || to === undefined ? {} : { from, to };
  return { min: shownSql(min, type), max: shownSql(max, type), ...places };
}

function figureFields(
  { name, type, family }: AskedColumn,
  { isBoundKnown, isRough }: { isBoundKnown: boolean; isRough: boolean },
): Fields {
  const value = quoteName(name);
  const fields: Fields = {};
  if (family === "text") {
    Object.assign(fields, { filled: `count(${value})` });
    if (!isBoundKnown) Object.assign(fields, boundsOf(type, family, `min(${value})`, `max(${value})`));
  }
  if (family === "number") fields.mean = `avg(${value}::DOUBLE)`;
  const length = lengthSql(family, value);
  if (length !== undefined) {
    Object.assign(fields, { shortest: `min(${length})`, longest: `max(${length})`, length: `avg(${length})` });
  }
  if (isRough) fields.distinct = `approx_count_distinct(${value})`;
  return fields;
}

/** The same over the finite values alone. */
function finiteFields({ name, type, family }: AskedColumn): Fields {
  const value = quoteName(name);
  const finite = `FILTER (WHERE isfinite(${value}))`;
  return {
    ...boundsOf(type, family, `(min(${value}) ${finite})`, `(max(${value}) ${finite})`),
    ...(family === "number" && { mean: `avg(${value}::DOUBLE) ${finite}` }),
    nonFinite: `count(*) FILTER (WHERE NOT isfinite(${value}))`,
  };
}

/** NaN is the greatest of all numbers and an infinity the last at its end, so the bounds tell whether any is there. */
function hasNonFinite({ family }: AskedColumn, found: ColumnAggregates | undefined): boolean {
  if (family !== "number" && family !== "time") return false;
  return [found?.min, found?.max].some((bound) => typeof bound === "string" && /^(?:NaN|[+-]?infinity)$/i.test(bound));
}

function toAggregates(
  { type }: AskedColumn,
  found: Record<string, unknown>,
  way: DistinctWay | undefined,
): ColumnAggregates {
  const filled = Number(found.filled);
  const [from, to, mean] = [toFigure(found.from), toFigure(found.to), toFigure(found.mean)];
  const [min, max, length] = [toFigure(found.shortest), toFigure(found.longest), toFigure(found.length)];
  return {
    filled,
    min: toProfileValue(found.min, type),
    max: toProfileValue(found.max, type),
    nonFinite: Number(found.nonFinite ?? 0),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(mean !== undefined && { mean }),
    ...(min !== undefined && max !== undefined && length !== undefined && { lengths: { min, max, mean: length } }),
    ...(way !== undefined && { distinct: toDistinct(found, filled, way) }),
  };
}

/** Where no two of the rows that were counted hold the same value, none of the others is taken to. */
function toDistinct({ hashed, distinct }: Record<string, unknown>, filled: number, way: DistinctWay): number {
  const counted = Number(distinct);
  if (way === "roughly") return Math.min(filled, counted);
  return counted > 0 && counted === Number(hashed) ? filled : Math.min(filled, counted * 2 ** way);
}
