import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName } from "../sql-text.ts";

/** Up to so many rows all are looked at; of more, about `SAMPLED_ROWS`. */
export const MAX_WHOLE_ROWS = 20_000;
const SAMPLED_ROWS = 10_000;
/** DuckDB takes its samples by vectors of 2,048 rows: of six times as many each sixth row, for more places. */
const THINNING = 6;

/** Rows of a large table that stand for the others. */
export interface Sample {
  table: string;
  rows: number;
  drop(): Promise<void>;
}

/**
 * Takes a sample of a table of more than `MAX_WHOLE_ROWS`: each sixth row of about thirty stretches of 2,048 rows, by a
 * seed that does not change, so that the same table always has the same profile. Nothing else of the table is read.
 */
export async function takeSample(
  connection: DuckDBConnection,
  { name, rows, columns }: { name: string; rows: number; columns: readonly string[] },
): Promise<Sample> {
  const table = "temp.cubby_sample";
  const percent = Math.min(100, (SAMPLED_ROWS * THINNING * 100) / rows);
  const values = columns.map(quoteName).join(", ");
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE cubby_sample AS SELECT ${values} FROM ${quoteName(name)}
     TABLESAMPLE system(${percent}%) REPEATABLE (42) WHERE rowid % ${THINNING} = 0`,
  );
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${table}`);
  const drop = async () => void (await connection.run(`DROP TABLE ${table}`));
  return { table, rows: Number(reader.getRowsJson()[0]?.[0]), drop };
}
