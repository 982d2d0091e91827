import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnReport, FileReport } from "../../../shared/tables/report.ts";
import { quoteName, quoteText } from "../../../shared/tables/sql-text.ts";

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
  const values = columns.map((column) => withNullsSql(column, report.rows)).join(", ");
  const reader = await connection.runAndReadAll(`SELECT ${values} FROM ${quoteName(table)}`);
  const rows = reader.getRowsJson().map((row) => row.map((value) => (value === null ? "" : String(value))));
  if (report.header_row === null) return rows;
  const width = columns.findLastIndex(({ original_name }) => original_name !== null) + 1;
  const header = columns.slice(0, width).map(({ original_name }) => original_name ?? "");
  return [header, ...rows.map((row) => row.slice(0, Math.max(width, row.findLastIndex((cell) => cell !== "") + 1)))];
}

/** NULL as it was spelled, where all that is NULL has the one spelling and no cell is empty. */
function withNullsSql(column: ColumnReport, rows: number): string {
  const { name, null_spellings: [spelling, ...others] = [], spelled_nulls: spelled = 0, evidence = "" } = column;
  const values = Number(/^all (\d+) values/.exec(evidence)?.[1]);
  if (spelling === undefined || others.length > 0 || values + spelled !== rows) return spelledSql(column);
  return `CASE WHEN ${quoteName(name)} IS NULL THEN ${quoteText(spelling)} ELSE ${spelledSql(column)} END`;
}

/** SQL for a column's values in the spelling that the report found in the file. */
function spelledSql({ name, type, evidence = "" }: ColumnReport): string {
  const value = quoteName(name);
  const spelling = evidence.replace(/^(every value|all \d+ values): /, "");
  if (spelling.startsWith("%") && !spelling.includes("with and without zeros"))
    return `strftime(${value}, '${spelling}')`;
  const [, mark, scale] = /^decimal (point|comma), (\d+) digits? behind it$/.exec(spelling) ?? [];
  if (scale !== undefined) {
    const fixed = `printf('%.${scale}f', ${value})`;
    return mark === "comma" ? `replace(${fixed}, '.', ',')` : fixed;
  }
  if (spelling === "2024-12-31 23:59") return `strftime(${value}, '%Y-%m-%d %H:%M')`;
  if (spelling === "decimal comma") return `replace(${plainNumber(value)}, '.', ',')`;
  if (type.startsWith("DECIMAL")) return `regexp_replace(${value}::VARCHAR, '\\.?0+$', '')`;
  if (type === "DOUBLE" && spelling !== "decimal point in every number") return plainNumber(value);
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
