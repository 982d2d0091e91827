import { allowedTableFunctions, isRefusedFunction, isRefusedTable, looksLikeFile } from "./allowed-names.ts";
import { isSemicolon, isWord, type StatementText } from "./statement-text.ts";

/** Names that never stand for a table function without a door to files, settings or other statements. */
const dangerousName = /^(?:read_|parquet_|pragma_|enable_|disable_|duckdb_|json_execute|arrow_|sniff_|truncate_)/;
const dangerousNames = new Set([
  ...["checkpoint", "force_checkpoint", "check_peg_parser", "glob", "query", "query_table", "seq_scan", "which_secret"],
  ...["histogram", "histogram_values", "sql_auto_complete", "test_vector_types"],
]);

/**
 * True for `PIVOT t ON year USING …` whose values DuckDB finds by itself: two statements inside (a temporary ENUM,
 * then a SELECT), which `json_serialize_sql` does not show. So its words are checked instead of its tree, and more
 * strictly: every name counts, wherever it stands.
 */
export function isHarmlessDynamicPivot({ tokens }: StatementText): boolean {
  const first = tokens[0];
  const opens = first?.text === "(" || ["pivot", "with", "from", "select"].some((word) => isWord(first, word));
  if (!opens || !tokens.some((token) => isWord(token, "pivot") || isWord(token, "pivot_wider"))) return false;
  const firstEnd = tokens.findIndex(isSemicolon);
  if (firstEnd >= 0 && !tokens.slice(firstEnd).every(isSemicolon)) return false;
  return tokens.every(({ kind, text }) => {
    if (kind === "symbol") return true;
    if (kind === "string") return !looksLikeFile(text);
    return isHarmlessName(text.toLowerCase()) && (kind === "word" || !looksLikeFile(text));
  });
}

function isHarmlessName(name: string): boolean {
  if (allowedTableFunctions.has(name)) return true;
  return !dangerousName.test(name) && !dangerousNames.has(name) && !isRefusedFunction(name) && !isRefusedTable(name);
}
