import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { quoteText } from "../sql-text.ts";
import type { QueryJob } from "./frames.ts";
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

/**
 * What can only be closed once the database is open. Access ends before the lock, and the lock comes last: it also
 * locks what closes doors.
 */
function closedBeforeTheStatement({ threads, outputPath }: QueryJob): string[] {
  return [
    "USE project_data",
    "SET errors_as_json = true",
    "SET TimeZone = 'UTC'",
    ...(threads === queryLimits.threads ? [] : [`SET threads = ${threads}`]),
    ...(outputPath === undefined ? [] : [`SET allowed_paths = [${quoteText(outputPath)}]`]),
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ];
}

/** An engine without a database yet. */
export async function createEngine(): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(":memory:", closedFromTheStart);
  return instance.connect();
}

/**
 * Opens one published database for reading and locks the engine for good; the only file it can reach from then on is
 * the job's `outputPath`, where it has one.
 *
 * Attached rather than opened, so that the engine can be warm before the database is known, and so that it is
 * `project_data` in SQL whatever the local file is called.
 */
export async function lockOnto(connection: DuckDBConnection, job: QueryJob): Promise<void> {
  await connection.run(`ATTACH ${quoteText(job.databasePath)} AS project_data (READ_ONLY)`);
  await connection.run(closedBeforeTheStatement(job).join("; "));
}
