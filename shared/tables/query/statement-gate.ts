import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
import { AppError } from "../../errors.ts";
import { parseProblem } from "./duckdb-problem.ts";
import { isHarmlessDynamicPivot } from "./dynamic-pivot.ts";
import { findRefusal } from "./parse-tree.ts";
import { onlyReading, readStatementText, refused, type StatementText } from "./statement-text.ts";

interface SerializedSql {
  readonly error: boolean;
  readonly error_type?: string;
  readonly error_message?: string;
  readonly position?: string;
  readonly statements?: readonly unknown[];
}

/**
 * Lets one reading statement through, prepared; throws `statement_refused` or `statement_failed` for anything else.
 *
 * The order matters: preparing binds, and binding already calls table functions. So the parse tree is judged first,
 * and only then the statement is prepared and its type looked at once more.
 */
export async function admitStatement(connection: DuckDBConnection, sql: string): Promise<DuckDBPreparedStatement> {
  const statement = readStatementText(sql);
  const isPivot = !(await isReadingTree(connection, statement));
  if (isPivot && (statement.isExplain || !isHarmlessDynamicPivot(statement))) throw refused(onlyReading);
  const extracted = await connection.extractStatements(sql);
  if (!isPivot && extracted.count !== 1) throw refused(onlyReading);
  for (let index = 0; index < extracted.count - 1; index++) {
    const preparation = await extracted.prepare(index);
    if (preparation.statementType !== StatementType.CREATE) throw refused(onlyReading);
    await preparation.run();
  }
  const prepared = await extracted.prepare(extracted.count - 1);
  const wanted = statement.isExplain ? StatementType.EXPLAIN : StatementType.SELECT;
  if (prepared.statementType !== wanted) throw refused(onlyReading);
  return prepared;
}

/** True when the tree holds nothing but reading, false when DuckDB has no tree for it: not a SELECT, or a pivot. */
async function isReadingTree(connection: DuckDBConnection, { body, sql }: StatementText): Promise<boolean> {
  const parsed = await serialize(connection, body);
  if (parsed.error) {
    if (parsed.error_type === "not implemented") return false;
    const { code, detail, ...details } = parseProblem(sql, parsed.error_message ?? "", parsed.position);
    throw new AppError(code, detail, { details });
  }
  if (parsed.statements?.length !== 1) {
    throw refused(`Cannot run ${parsed.statements?.length ?? 0} statements at once: send exactly one`);
  }
  const reason = findRefusal(parsed.statements);
  if (reason !== undefined) throw refused(reason);
  return true;
}

async function serialize(connection: DuckDBConnection, sql: string): Promise<SerializedSql> {
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [sql]);
  const text = reader.getRows()[0]?.[0];
  if (typeof text !== "string") throw refused(onlyReading);
  return JSON.parse(text);
}
