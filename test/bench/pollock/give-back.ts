import type { DuckDBConnection } from "@duckdb/node-api";
import { originalTextSql, type WrittenColumnText } from "../../../shared/tables/original-text.ts";
import type { FileReport } from "../../../shared/tables/report.ts";
import { quoteText } from "../../../shared/tables/sql-text.ts";

/**
 * A file's table as records of text again: the header cells as they stood, no header where the report says that there
 * was none, and every value's own text, which the catalogue knows how to make.
 *
 * A column without a name that only long records have is written for those records alone: as ragged as the file was.
 */
export async function giveBack(connection: DuckDBConnection, report: FileReport): Promise<string[][]> {
  const [table] = report.tables;
  const columns = report.columns ?? [];
  if (table === undefined || columns.length === 0) return [];
  const reader = await connection.runAndReadAll(originalTextSql(table, await listTexts(connection, table)));
  const rows = reader.getRowsJson().map((row) => row.map((value) => (value === null ? "" : String(value))));
  if (report.header_row === null) return rows;
  const width = columns.findLastIndex(({ original_name }) => original_name !== null) + 1;
  const header = columns.slice(0, width).map(({ original_name }) => original_name ?? "");
  return [header, ...rows.map((row) => row.slice(0, Math.max(width, row.findLastIndex((cell) => cell !== "") + 1)))];
}

/** How each column of a table was written, by the catalogue. */
async function listTexts(connection: DuckDBConnection, table: string): Promise<WrittenColumnText[]> {
  const reader = await connection.runAndReadAll(
    `SELECT column_name AS name, rule, null_text, text_sql, exceptions::INTEGER AS exceptions
     FROM cubby.columns WHERE table_name = ${quoteText(table)} ORDER BY position`,
  );
  return reader.getRowObjectsJson() as unknown as WrittenColumnText[];
}
