import type { DuckDBConnection } from "@duckdb/node-api";
import type { TableProfile } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { findCandidates } from "./find-candidates.ts";
import { isConvincing, type JoinCandidate, type JoinSuggestion } from "./join-suggestion.ts";

/** Enough to tell a half from three quarters; always the same ones of the same table. */
const SAMPLED_ROWS = 1000;

/** Joins that names and types suggest and values bear out, the surest first. */
export async function suggestJoins(
  connection: DuckDBConnection,
  tables: readonly TableProfile[],
): Promise<JoinSuggestion[]> {
  const suggestions: JoinSuggestion[] = [];
  for (const candidate of findCandidates(tables)) suggestions.push(await measure(connection, candidate));
  return suggestions.filter(isConvincing);
}

/** How many of some rows find their value on the other side. */
async function measure(connection: DuckDBConnection, candidate: JoinCandidate): Promise<JoinSuggestion> {
  const { many, one } = candidate;
  const value = quoteName(many.column);
  const reader = await connection.runAndReadAll(
    `SELECT count(*), count(*) FILTER (WHERE v IN (SELECT ${quoteName(one.column)} FROM ${quoteName(one.table)}))
     FROM (SELECT * FROM (SELECT ${value} AS v FROM ${quoteName(many.table)} WHERE ${value} IS NOT NULL)
           USING SAMPLE reservoir(${SAMPLED_ROWS} ROWS) REPEATABLE (42))`,
  );
  const [sampled, matching] = (reader.getRowsJson()[0] ?? []).map(Number);
  return { ...candidate, sampled: sampled ?? 0, matching: matching ?? 0 };
}
