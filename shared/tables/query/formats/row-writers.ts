import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { QueryColumn, QueryJob } from "../frames.ts";
import { quoteCell, safeCell } from "./csv-cell.ts";
import { sheetRows } from "./sheet-rows.ts";
import { uniqueNames } from "./unique-names.ts";
import { csvWriter, isNumeric, jsonWriter } from "./value-writers.ts";

/** Turns a result into text: what comes before its rows, each row, and what comes after. */
export interface RowWriter {
  readonly head: string;
  row(values: readonly DuckDBValue[]): string;
  readonly tail: string;
}

/** A column as the engine has it. */
export interface TypedColumn extends QueryColumn {
  readonly duckDbType: DuckDBType;
}

/** The writer of a job's format; Parquet is written by DuckDB itself. */
export function createRowWriter(
  { format, safeForSpreadsheets = false }: Pick<QueryJob, "format" | "safeForSpreadsheets">,
  columns: readonly TypedColumn[],
): RowWriter {
  switch (format) {
    case "json":
      return jsonRows(columns);
    case "ndjson":
      return ndjsonRows(columns);
    case "csv":
      return csvRows(columns, safeForSpreadsheets);
    case "xlsx":
      return sheetRows(columns, safeForSpreadsheets);
    case "parquet":
      throw new Error("Cannot write Parquet row by row");
  }
}

/** One JSON array per row. */
function jsonRows(columns: readonly TypedColumn[]): RowWriter {
  const writers = columns.map(({ duckDbType }) => jsonWriter(duckDbType));
  const row = (values: readonly DuckDBValue[]) =>
    `[${writers.map((write, index) => write(values[index] ?? null)).join(",")}]`;
  return { head: "", row, tail: "" };
}

/** One JSON object per line, with the values of `jsonRows`; a name that is there already becomes `name_2`. */
function ndjsonRows(columns: readonly TypedColumn[]): RowWriter {
  const names = uniqueNames(columns);
  const writers = columns.map(({ duckDbType }, index) => {
    const write = jsonWriter(duckDbType);
    const key = `${JSON.stringify(names[index])}:`;
    return (value: DuckDBValue) => key + write(value);
  });
  const row = (values: readonly DuckDBValue[]) =>
    `{${writers.map((write, index) => write(values[index] ?? null)).join(",")}}\n`;
  return { head: "", row, tail: "" };
}

/**
 * RFC 4180: comma, CRLF, quotes where needed, and a header. NULL is an empty cell and an empty string is `""`, so
 * DuckDB and others read back what was there. Cells are made safe only when asked, for then they are not what was there.
 */
function csvRows(columns: readonly TypedColumn[], safe: boolean): RowWriter {
  const writers = columns.map(({ duckDbType }) => {
    const write = csvWriter(duckDbType);
    if (!safe || isNumeric(duckDbType)) return (value: DuckDBValue) => quoteCell(write(value));
    return (value: DuckDBValue) => quoteCell(safeCell(write(value)));
  });
  const cells = (values: readonly DuckDBValue[]) =>
    writers.map((write, index) => {
      const value = values[index] ?? null;
      return value === null ? "" : write(value);
    });
  const head = columns.map(({ name }) => quoteCell(safe ? safeCell(name) : name));
  return { head: `${head.join(",")}\r\n`, row: (values) => `${cells(values).join(",")}\r\n`, tail: "" };
}
