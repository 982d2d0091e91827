import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "./sql-text.ts";

/** Columns by name, the SQL of rows that have them, and the table that they go to. */
export interface ColumnCopy {
  table: string;
  columns: readonly string[];
  from: string;
}

/** Those columns in a temporary table, which is there until whoever asked for it has looked. */
export async function copyColumns(
  connection: DuckDBConnection,
  { table, columns, from }: ColumnCopy,
): Promise<AsyncDisposable> {
  const names = columns.map(quoteName).join(", ");
  await connection.run(`CREATE OR REPLACE TEMP TABLE ${table} AS SELECT ${names} FROM ${from}`);
  return { [Symbol.asyncDispose]: async () => void (await connection.run(`DROP TABLE temp.${table}`)) };
}
