import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnReport, FileReport } from "../../../shared/tables/report.ts";
import { quoteName } from "../../../shared/tables/sql-text.ts";

/**
 * A file's table as records of text again: the header cells as they stood, no header where the report says that there
 * was none, values spelled as the report says they were.
 *
 * A column without a name that only long records have is written for those records alone: as ragged as the file was.
 */
export async function giveBack(connection: DuckDBConnection, report: FileReport): Promise<string[][]> {
  const [table] = report.tables;
  const columns = report.columns ?? [];
  if (table === undefined || columns.length === 0) return [];
  const values = columns.map((column) => spelledSql(column)).join(", ");
  const reader = await connection.runAndReadAll(`SELECT ${values} FROM ${quoteName(table)}`);
  const rows = reader.getRowsJson().map((row) => row.map((value) => (value === null ? "" : String(value))));
  if (report.header_row === null) return rows;
  const width = columns.findLastIndex(({ original_name }) => original_name !== null) + 1;
  const header = columns.slice(0, width).map(({ original_name }) => original_name ?? "");
  return [header, ...rows.map((row) => row.slice(0, Math.max(width, row.findLastIndex((cell) => cell !== "") + 1)))];
}

/** SQL for a column's values in the spelling that the report found in the file. */
function spelledSql({ name, type, evidence = "" }: ColumnReport): string {
  const value = quoteName(name);
  const spelling = evidence.replace(/^(every value|all \d+ values): /, "");
  if (spelling.startsWith("%")) return `strftime(${value}, '${spelling}')`;
  if (spelling === "2024-12-31 23:59") return `strftime(${value}, '%Y-%m-%d %H:%M')`;
  if (spelling === "decimal comma") return `replace(${plainNumber(value)}, '.', ',')`;
  if (type === "DOUBLE") return plainNumber(value);
  if (type === "BOOLEAN") {
    const [yes, no] = spelling.split("/");
    return `CASE ${value} WHEN true THEN '${yes}' WHEN false THEN '${no}' END`;
  }
  return `${value}::VARCHAR`;
}

/** `4.0` as `4`. */
function plainNumber(value: string): string {
  return `regexp_replace(${value}::VARCHAR, '\\.0$', '')`;
}
