import { type DuckDBConnection, type DuckDBResult, StatementType } from "@duckdb/node-api";
import { quoteName, quoteText } from "../sql-text.ts";
import { bindParameters } from "./bind-parameters.ts";
import { parquetType } from "./formats/parquet-types.ts";
import type { TypedColumn } from "./formats/row-writers.ts";
import { uniqueNames } from "./formats/unique-names.ts";
import type { QueryEnd, QueryJob } from "./frames.ts";
import type { Admitted } from "./statement-gate.ts";
import { bareStatement, onlyReading, refused } from "./statement-text.ts";
import { columnsOf, type FrameSink, sendColumns } from "./stream-result.ts";

/**
 * Has DuckDB write the result into `outputPath`, which is the one file that it may touch by then. The statement stands
 * in brackets, as it was judged: whole, one, and reading.
 */
export async function writeParquet(
  connection: DuckDBConnection,
  { text, prepared }: Admitted,
  job: QueryJob,
  sink: FrameSink,
): Promise<Omit<QueryEnd, "stable">> {
  if (text.isExplain) throw refused("Cannot answer a plan as Parquet: ask for json, csv or xlsx");
  const source = `(\n${bareStatement(text)}\n)`;
  const run = (sql: string, wanted: StatementType) => runWrapped(connection, { sql, wanted, params: job.params });
  const probed = columnsOf(await run(`SELECT * FROM ${source} LIMIT 0`, StatementType.SELECT));
  // In brackets a second `a` is `a_1`; the statement itself knows better.
  const columns = probed.map((column, index) => ({ ...column, name: prepared.columnName(index) }));
  sendColumns(columns, sink);
  const page = job.limit === undefined ? `OFFSET ${job.offset}` : `LIMIT ${job.limit} OFFSET ${job.offset}`;
  const target = `${quoteText(job.outputPath ?? "")} (FORMAT parquet, USE_TMP_FILE false)`;
  const written = await run(`COPY (${selectAs(columns, source)} ${page}) TO ${target}`, StatementType.COPY);
  const row_count = Number((await written.getRows())[0]?.[0]);
  if (job.limit === undefined || row_count < job.limit) return { row_count, more: false };
  const behind = await run(`SELECT 1 FROM ${source} LIMIT 1 OFFSET ${job.offset + job.limit}`, StatementType.SELECT);
  return { row_count, more: (await behind.getRows()).length > 0 };
}

interface Wrapped {
  readonly sql: string;
  readonly wanted: StatementType;
  readonly params: QueryJob["params"];
}

/** Around a pivot that finds its values by itself DuckDB puts a transaction, and in front of it a temporary ENUM. */
async function runWrapped(connection: DuckDBConnection, { sql, wanted, params }: Wrapped): Promise<DuckDBResult> {
  const extracted = await connection.extractStatements(sql);
  let result: DuckDBResult | undefined;
  for (let index = 0; index < extracted.count; index++) {
    const prepared = await extracted.prepare(index);
    const type = prepared.statementType;
    if (type === wanted) bindParameters(prepared, params);
    else if (type !== StatementType.CREATE && type !== StatementType.TRANSACTION) throw refused(onlyReading);
    const ran = await prepared.run();
    if (type === wanted) result = ran;
  }
  if (result === undefined) throw refused(onlyReading);
  return result;
}

/** Columns by their place, as two may have one name; each in a type that Parquet keeps, under a name of its own. */
function selectAs(columns: readonly TypedColumn[], source: string): string {
  const names = uniqueNames(columns);
  const list = columns.map(({ duckDbType }, index) => {
    const type = parquetType(duckDbType);
    const value = type === String(duckDbType) ? `c${index}` : `c${index}::${type}`;
    return `${value} AS ${quoteName(names[index] ?? "")}`;
  });
  return `SELECT ${list.join(", ")} FROM ${source} AS r(${columns.map((_, index) => `c${index}`).join(", ")})`;
}
