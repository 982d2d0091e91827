/**
 * A table's item: what lists show stands in it as it is, and all that is known of the table once more, compressed. A
 * profile is mostly digits and repeated names and shrinks to a fifth, so that a thousand columns fit into one item.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { ColumnProfile, TableProfile } from "../tables/report.ts";

/** An item may hold 400 KB; what is left is for keys and for DynamoDB's own count. */
const MAX_LISTED_BYTES = 120_000;
const MAX_PROFILE_BYTES = 230_000;

/** A column without how its values lie. */
export type ListedColumn = Pick<
  ColumnProfile,
  "name" | "original_name" | "type" | "nulls" | "distinct" | "distinct_is_approximate" | "min" | "max"
>;

/** A table as lists show it. */
export interface ListedTable extends Omit<TableProfile, "columns" | "sample_rows" | "warnings"> {
  columns: ListedColumn[];
  /** Where not all of them are listed. */
  column_count?: number;
}

/** The item's attributes beside its keys. */
export function toTableItem(table: TableProfile): ListedTable & { profile: Uint8Array } {
  return { ...toListed(table), profile: compress(table) };
}

/** The whole profile of an item; of items of older versions what they have. */
export function fromTableItem({ profile, ...item }: Record<string, unknown>): TableProfile {
  if (!(profile instanceof Uint8Array)) return { sample_rows: [], warnings: [], ...item } as unknown as TableProfile;
  return JSON.parse(gunzipSync(profile).toString()) as TableProfile;
}

function toListed({ columns, sample_rows: _sample, warnings: _warnings, ...table }: TableProfile): ListedTable {
  const listed = columns.map((column) => toStorable(toListedColumn(column)));
  const bytes = sizeOf(listed);
  if (bytes <= MAX_LISTED_BYTES) return { ...table, columns: listed };
  const kept = Math.floor((columns.length * MAX_LISTED_BYTES * 0.9) / bytes);
  return { ...table, columns: listed.slice(0, kept), column_count: columns.length };
}

function toListedColumn(column: ColumnProfile): ListedColumn {
  const { name, original_name, type, nulls, distinct, distinct_is_approximate, min, max } = column;
  return {
    name,
    original_name,
    type,
    nulls,
    distinct,
    ...(distinct_is_approximate && { distinct_is_approximate }),
    min,
    max,
  };
}

/** DynamoDB refuses an item with a number that is beyond these, and so a session's whole conversion, again and again. */
const LARGEST = 9.9e125;
const SMALLEST = 1e-130;

/** Bounds that a double has and an item has no room for stand in it as their text. */
function toStorable(column: ListedColumn): ListedColumn {
  return { ...column, min: toStorableValue(column.min), max: toStorableValue(column.max) };
}

function toStorableValue(value: ListedColumn["min"]): ListedColumn["min"] {
  if (typeof value !== "number" || value === 0) return value;
  const size = Math.abs(value);
  return size <= LARGEST && size >= SMALLEST ? value : String(value);
}

/** The last columns lose how their values lie, and the table its sample, as far as it must be; the database has everything. */
function compress(table: TableProfile): Uint8Array {
  for (let detailed = table.columns.length; ; detailed = Math.floor(detailed / 2)) {
    const columns = table.columns.map((column, index) => (index < detailed ? column : toListedColumn(column)));
    const bytes = gzipSync(JSON.stringify({ ...table, columns, ...(detailed === 0 && { sample_rows: [] }) }));
    if (bytes.length <= MAX_PROFILE_BYTES) return bytes;
    if (detailed === 0) return gzipSync(JSON.stringify(cut(table, MAX_PROFILE_BYTES / bytes.length)));
  }
}

/** Names alone may be longer than an item. */
function cut({ columns, ...table }: TableProfile, share: number) {
  const kept = columns.slice(0, Math.floor(columns.length * share * 0.9)).map(toListedColumn);
  return { ...table, columns: kept, column_count: columns.length, sample_rows: [] };
}

function sizeOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
