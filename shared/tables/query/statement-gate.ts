import { type DuckDBConnection, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
import { AppError } from "../../errors.ts";
import { parseProblem } from "./duckdb-problem.ts";
import { isHarmlessDynamicPivot } from "./dynamic-pivot.ts";
import { findRefusal } from "./parse-tree.ts";
import { keepsTableOrder } from "./stable-order.ts";
import { onlyReading, readStatementText, refused, type StatementText } from "./statement-text.ts";

/** A statement that may run. */
export interface Admitted {
  readonly text: StatementText;
  readonly prepared: DuckDBPreparedStatement;
  /** Its rows come in the same order each time, whatever the number of threads. */
  readonly isStable: boolean;
}

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
export async function admitStatement(connection: DuckDBConnection, sql: string): Promise<Admitted> {
  const text = readStatementText(sql);
  const tree = await readingTree(connection, text);
  const isPivot = tree === undefined;
  if (isPivot && (text.isExplain || !isHarmlessDynamicPivot(text))) throw refused(onlyReading);
  const wanted = text.isExplain ? StatementType.EXPLAIN : StatementType.SELECT;
  const prepared = await prepareLast(connection, sql, { wanted, isPivot });
  return { text, prepared, isStable: !text.isExplain && keepsTableOrder(tree) };
}

/** DuckDB makes two statements of a pivot that finds its values by itself: the first, a temporary ENUM, is run here. */
async function prepareLast(
  connection: DuckDBConnection,
  sql: string,
  { wanted, isPivot }: { wanted: StatementType; isPivot: boolean },
): Promise<DuckDBPreparedStatement> {
  const extracted = await connection.extractStatements(sql);
  if (!isPivot && extracted.count !== 1) throw refused(onlyReading);
  for (let index = 0; index < extracted.count - 1; index++) {
    const preparation = await extracted.prepare(index);
    if (preparation.statementType !== StatementType.CREATE) throw refused(onlyReading);
    await preparation.run();
  }
  const prepared = await extracted.prepare(extracted.count - 1);
  if (prepared.statementType !== wanted) throw refused(onlyReading);
  return prepared;
}

/** The tree when it holds nothing but reading, undefined when DuckDB has none: not a SELECT, or a pivot. */
async function readingTree(connection: DuckDBConnection, { body, sql }: StatementText): Promise<unknown> {
  const parsed = await serialize(connection, body);
  if (parsed.error) {
    if (parsed.error_type === "not implemented") return undefined;
    const { code, detail, ...details } = parseProblem(sql, parsed.error_message ?? "", parsed.position);
    throw new AppError(code, detail, { details });
  }
  if (parsed.statements?.length !== 1) {
    throw refused(`Cannot run ${parsed.statements?.length ?? 0} statements at once: send exactly one`);
  }
  const reason = findRefusal(parsed.statements);
  if (reason !== undefined) throw refused(reason);
  return parsed.statements;
}

async function serialize(connection: DuckDBConnection, sql: string): Promise<SerializedSql> {
  const reader = await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", [sql]);
  const text = reader.getRows()[0]?.[0];
  if (typeof text !== "string") throw refused(onlyReading);
  return JSON.parse(text);
}
