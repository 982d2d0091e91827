import type { DuckDBConnection } from "@duckdb/node-api";
import { copyColumns } from "../copy-columns.ts";
import { quoteName } from "../sql-text.ts";

/** A statement with a hundred questions names every column of its table a hundred times over: beyond it that is felt. */
const WIDE = 1000;

/** A table that is there for as long as somebody looks at it. */
export interface Narrowed extends AsyncDisposable {
  table: string;
}

/** These columns alone, where the table has very many more; else the table itself. */
export async function narrowed(
  connection: DuckDBConnection,
  { name, columns: all }: { name: string; columns: readonly unknown[] },
  columns: readonly { name: string }[],
): Promise<Narrowed> {
  if (all.length <= WIDE) return { table: name, async [Symbol.asyncDispose]() {} };
  const table = "cubby_narrowed";
  const names = columns.map((column) => column.name);
  return { table, ...(await copyColumns(connection, { table, columns: names, from: quoteName(name) })) };
}
