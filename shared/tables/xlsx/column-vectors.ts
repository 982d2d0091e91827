import {
  BOOLEAN,
  DATE,
  DOUBLE,
  type DuckDBDataChunk,
  DuckDBIntervalValue,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTERVAL,
  TIME,
  TIMESTAMP_MS,
  VARCHAR,
} from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import { cellKind } from "./cell-kind.ts";
import type { SheetColumnType } from "./column-profile.ts";
import type { ColumnCells } from "./row-batch.ts";
import type { TextVectors } from "./text-vectors.ts";

/** One column of a chunk to be filled with the cells of a batch. */
interface Target {
  chunk: DuckDBDataChunk;
  index: number;
  rows: number;
  texts: TextVectors;
}

/** How the cells of a column get into a chunk. Only cells of kinds that fit the type are in such a column. */
export interface ColumnStorage {
  /** The type of the chunk's vector, which the appender casts to the column's. */
  vector: DuckDBType;
  fill: (target: Target, cells: ColumnCells) => void;
}

const dayMs = 86_400_000;
const twoTo32 = 2 ** 32;

/**
 * Whole columns are written into DuckDB's memory at once, which takes a tenth of the time of setting value by value.
 * That needs the layer below the node api, whose vectors can be set by value only.
 */
export const columnStorages: Record<SheetColumnType, ColumnStorage> = {
  // As double: exact up to 2^53, and our numbers are doubles already.
  BIGINT: { vector: DOUBLE, fill: fillDoubles },
  DOUBLE: { vector: DOUBLE, fill: fillDoubles },
  BOOLEAN: { vector: BOOLEAN, fill: fillBooleans },
  DATE: { vector: DATE, fill: fillDays },
  // As milliseconds, which is what we have; the cast to microseconds is exact.
  TIMESTAMP: { vector: TIMESTAMP_MS, fill: (target, cells) => fillInt64(target, cells, 1) },
  TIME: { vector: TIME, fill: (target, cells) => fillInt64(target, cells, 1_000) },
  VARCHAR: { vector: VARCHAR, fill: ({ chunk, index, rows, texts }, cells) => texts.fill(chunk, index, cells, rows) },
  HUGEINT: { vector: HUGEINT, fill: (target, cells) => fillValues(target, cells, hugeIntAt) },
  INTERVAL: { vector: INTERVAL, fill: (target, cells) => fillValues(target, cells, intervalAt) },
};

/** Fills one column of a chunk: the values, and which rows have none. */
export function fillColumn(storage: ColumnStorage, target: Target, cells: ColumnCells | undefined): void {
  if (cells !== undefined) storage.fill(target, cells);
  setNulls(target, cells?.kinds, storage.vector === VARCHAR);
}

function fillDoubles({ chunk, index, rows }: Target, { numbers }: ColumnCells): void {
  write(chunk, index, numbers.length > rows ? numbers.subarray(0, rows) : numbers);
}

function fillBooleans({ chunk, index, rows }: Target, { numbers }: ColumnCells): void {
  write(chunk, index, Uint8Array.from(numbers.subarray(0, rows)));
}

function fillDays({ chunk, index, rows }: Target, { numbers }: ColumnCells): void {
  const days = new Int32Array(Math.min(rows, numbers.length));
  for (let row = 0; row < days.length; row++) days[row] = (numbers[row] as number) / dayMs;
  write(chunk, index, days);
}

/** As 64-bit integers in two halves, for which no BigInt has to be made. */
function fillInt64({ chunk, index, rows }: Target, { numbers }: ColumnCells, factor: number): void {
  const halves = new Int32Array(Math.min(rows, numbers.length) * 2);
  for (let row = 0; row * 2 < halves.length; row++) {
    const value = (numbers[row] as number) * factor;
    const high = Math.floor(value / twoTo32);
    halves[row * 2] = value - high * twoTo32; // modulo 2^32, as typed arrays do
    halves[row * 2 + 1] = high;
  }
  write(chunk, index, halves);
}

/** Value by value, for types that are rare. */
function fillValues(
  { chunk, index, rows }: Target,
  cells: ColumnCells,
  toValue: (cells: ColumnCells, row: number) => DuckDBValue,
): void {
  const vector = chunk.getColumnVector(index) as { setItem(row: number, value: DuckDBValue): void; flush(): void };
  for (let row = 0; row < rows; row++) if (hasValue(cells.kinds[row])) vector.setItem(row, toValue(cells, row));
  vector.flush();
}

function hugeIntAt({ kinds, numbers, texts }: ColumnCells, row: number): bigint {
  const number = numbers[row] as number;
  return BigInt(kinds[row] === cellKind.longInteger ? texts.get(number) : number);
}

function intervalAt({ numbers }: ColumnCells, row: number): DuckDBIntervalValue {
  return new DuckDBIntervalValue(0, 0, BigInt(numbers[row] as number) * 1_000n);
}

/** One bit per row: set where there is a value. */
function setNulls({ chunk, index, rows }: Target, kinds: Uint8Array = new Uint8Array(0), isText: boolean): void {
  if (kinds.length >= rows && isFull(kinds.subarray(0, rows), isText)) return;
  const validity = new Uint8Array(Math.ceil(rows / 64) * 8);
  for (let row = 0; row < Math.min(rows, kinds.length); row++) {
    if (!hasValue(kinds[row]) && !(isText && kinds[row] === cellKind.emptyText)) continue;
    validity[row >> 3] = (validity[row >> 3] as number) | (1 << (row & 7));
  }
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, 0, validity.byteLength);
}

function isFull(kinds: Uint8Array, isText: boolean): boolean {
  const isEmptyNull = !isText && kinds.includes(cellKind.emptyText);
  return !isEmptyNull && !kinds.includes(cellKind.blank) && !kinds.includes(cellKind.error);
}

function hasValue(kind: number | undefined): boolean {
  return kind !== undefined && kind !== cellKind.blank && kind !== cellKind.error && kind !== cellKind.emptyText;
}

function write(chunk: DuckDBDataChunk, index: number, data: NodeJS.TypedArray<ArrayBuffer>): void {
  const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
  duckdb.copy_data_to_vector(vector, 0, data.buffer, data.byteOffset, data.byteLength);
}
