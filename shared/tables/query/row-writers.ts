import type { DuckDBType, DuckDBValue } from "@duckdb/node-api";
import type { QueryColumn } from "./frames.ts";
import { csvWriter, jsonWriter } from "./value-writers.ts";

/** Turns rows into frames: the lines that the child sends. */
export interface RowWriter {
  /** What comes before the first row: the CSV header. */
  readonly head: string | undefined;
  row(values: readonly DuckDBValue[]): string;
}

/** One JSON array per row. */
export function jsonRows(types: readonly DuckDBType[]): RowWriter {
  const writers = types.map(jsonWriter);
  return {
    head: undefined,
    row: (values) => `[${writers.map((write, index) => write(values[index] ?? null)).join(",")}]`,
  };
}

/**
 * RFC 4180: comma, CRLF, quotes where needed, and a header. NULL is an empty cell and an empty string is `""`, so
 * DuckDB and others read back what was there. Each line is sent as one JSON string.
 */
export function csvRows(columns: readonly QueryColumn[], types: readonly DuckDBType[]): RowWriter {
  const writers = types.map(csvWriter);
  const line = (cells: readonly string[]) => JSON.stringify(`${cells.join(",")}\r\n`);
  return {
    head: line(columns.map(({ name }) => cell(name))),
    row: (values) =>
      line(
        writers.map((write, index) => {
          const value = values[index] ?? null;
          return value === null ? "" : cell(write(value));
        }),
      ),
  };
}

function cell(text: string): string {
  return text === "" || /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
