import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { queryLimits } from "./limits.ts";

/** What is closed before anything of a session is in reach. */
const closedFromTheStart = {
  autoinstall_known_extensions: "false",
  autoload_known_extensions: "false",
  allow_community_extensions: "false",
  allow_unsigned_extensions: "false",
  temp_directory: "", // nothing spills to disk
  allow_persistent_secrets: "false",
  memory_limit: queryLimits.duckDbMemory,
  threads: String(queryLimits.threads),
};

/** What can only be closed once the database is open. The lock comes last: it also locks what closes doors. */
const closedBeforeTheStatement = [
  "USE project_data",
  "SET errors_as_json = true",
  "SET TimeZone = 'UTC'",
  "SET enable_external_access = false",
  "SET lock_configuration = true",
];

/** An engine without a database yet, used once so that the next statement finds everything loaded. */
export async function warmEngine(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", closedFromTheStart);
  const connection = await instance.connect();
  await connection.runAndReadAll("SELECT json_serialize_sql($1::VARCHAR)", ["SELECT 1"]);
  return connection;
}

/**
 * Opens one published database for reading and locks the engine for good.
 *
 * Attached rather than opened, so that the engine can be warm before the database is known, and so that it is
 * `project_data` in SQL whatever the local file is called.
 */
export async function lockOnto(connection: DuckDBConnection, databasePath: string): Promise<void> {
  await connection.run(`ATTACH '${databasePath.replaceAll("'", "''")}' AS project_data (READ_ONLY)`);
  for (const sql of closedBeforeTheStatement) await connection.run(sql);
}
