/**
 * What a statement may name. Table functions by allow-list, because new ones appear with every DuckDB and many of
 * them read files or change the process; scalar functions by deny-list, because there are 700 harmless ones.
 */

/** Make rows out of their arguments or describe the session's own tables. `histogram` is not here: it takes a table's name as text. */
export const allowedTableFunctions: ReadonlySet<string> = new Set([
  "duckdb_columns",
  "duckdb_constraints",
  "duckdb_functions",
  "duckdb_indexes",
  "duckdb_keywords",
  "duckdb_schemas",
  "duckdb_sequences",
  "duckdb_tables",
  "duckdb_types",
  "duckdb_views",
  "generate_series",
  "icu_calendar_names",
  "json_each",
  "json_tree",
  "pg_timezone_names",
  "pragma_collations",
  "pragma_show",
  "pragma_storage_info",
  "pragma_table_info",
  "pragma_version",
  "range",
  "repeat",
  "repeat_row",
  "test_all_types",
  "unnest",
]);

const refusedFunctions: ReadonlySet<string> = new Set([
  "combine", // aggregate states: made for the engine, trust their bytes
  "create_sort_key",
  "current_setting", // local paths
  "currval",
  "finalize",
  "getenv",
  "getvariable",
  "json_execute_serialized_sql",
  "json_serialize_plan", // binds the text it is given, past every check
  "nextval",
  "parse_duckdb_log_message",
  "query",
  "query_table",
  "variant_bytes_to_variant", // the same: bytes that are believed
  "write_log",
]);

const refusedFunctionPattern =
  /^(?:__internal|read_|pragma_|enable_|disable_|duckdb_|glob$|sniff_|parquet_|sql_auto|which_secret|from_substrait|get_substrait)/;

/** Views of DuckDB that show settings and paths of this machine. */
const refusedTables: ReadonlySet<string> = new Set([
  "duckdb_databases",
  "duckdb_logs",
  "duckdb_secrets",
  "duckdb_settings",
  "pg_database",
  "pg_prepared_statements",
  "pg_settings",
  "pragma_database_list",
]);

/** True for a scalar, aggregate or window function that a statement may not call. */
export function isRefusedFunction(name: string): boolean {
  const lower = name.toLowerCase();
  return refusedFunctions.has(lower) || refusedFunctionPattern.test(lower);
}

/** True for a view that tells about the machine. */
export function isRefusedTable(name: string): boolean {
  return refusedTables.has(name.toLowerCase());
}

const fileEnding =
  /\.(?:csv|tsv|txt|json|jsonl|ndjson|parquet|arrow|xlsx?|db|duckdb|sqlite3?|log|gz|zst|zip|py|sh|env|ya?ml)$/i;

/** DuckDB reads `FROM 'data.csv'` as a file when no table has that name. */
export function looksLikeFile(name: string): boolean {
  return /[/\\*?]|^[a-z][a-z0-9+.-]*:/i.test(name) || fileEnding.test(name);
}
