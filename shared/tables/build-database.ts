import { dirname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { createCatalogue, listCatalogued, listProfiles, listReports, recordSource, removeSource } from "./catalogue.ts";
import { convertFile, type SourceFile } from "./convert-file.ts";
import { openDatabase, verifyDatabase } from "./database.ts";
import type { JoinSuggestion } from "./joins/join-suggestion.ts";
import { suggestJoins } from "./joins/suggest-joins.ts";
import { TableNames } from "./names.ts";
import type { FileReport, TableProfile } from "./report.ts";
import { writeSummary } from "./summary/write-summary.ts";

export type { SourceFile } from "./convert-file.ts";

export interface BuildOptions {
  /** A copy of the existing database to extend, or a path at which to create one. */
  databasePath: string;
  files: readonly SourceFile[];
  /** What is to be said of files that are not read: their tables go. */
  unread?: readonly FileReport[];
  /** Paths whose tables must go. */
  removeSources?: readonly string[];
  now: Date;
  /** An existing folder for whatever is needed on the way; left as it was found. */
  temporaryDirectory: string;
  /** What DuckDB may use for its own work; reading and parsing take some more. */
  memoryLimitMb?: number;
  threads?: number;
}

export interface BuildResult {
  /** One report per file, in the order given, then those of files that were not read. */
  reports: FileReport[];
  /** All tables that are now in the database, not only those of this build. */
  tables: TableProfile[];
  /** The last report of every file that was ever given. */
  sources: FileReport[];
  /** `DATABASE_SUMMARY.md`. */
  summary: string;
  databaseBytes: number;
}

const DEFAULT_MEMORY_LIMIT_MB = 1024;
/**
 * Two threads each fill row groups that then have to be joined in the order of the file: a quarter more CPU, and twice
 * the buffers, for two fifths less time.
 */
const DEFAULT_THREADS = 1;

/**
 * Brings a session's database up to date with these files and closes it as one complete file, ready to be published.
 *
 * A bad file is a report, not an error. What is thrown is a fault of ours or of the machine: then the file at
 * `databasePath` is worth nothing and the published version stays.
 */
export async function buildDatabase(options: BuildOptions): Promise<BuildResult> {
  const database = await openDatabase({
    path: options.databasePath,
    readableDirectories: options.files.map((file) => dirname(file.localPath)),
    temporaryDirectory: options.temporaryDirectory,
    memoryLimitMb: options.memoryLimitMb ?? DEFAULT_MEMORY_LIMIT_MB,
    threads: options.threads ?? DEFAULT_THREADS,
    expectedBytes: options.files.reduce((total, file) => total + file.sizeBytes, 0),
  });
  let built: Built;
  try {
    built = await build(database.connection, options);
  } catch (error) {
    database.abandon();
    throw error;
  }
  await database.close();
  const { reports, tables, allReports, joins } = built;
  const expected = new Map(tables.map(({ name, row_count }) => [name, row_count]));
  const databaseBytes = await verifyDatabase(options.databasePath, expected);
  const summary = writeSummary({ tables, reports: allReports, joins, now: options.now });
  return { reports, tables, sources: allReports, summary, databaseBytes };
}

interface Built extends Pick<BuildResult, "reports" | "tables"> {
  /** Also of files of earlier builds. */
  allReports: FileReport[];
  joins: JoinSuggestion[];
}

async function build(
  connection: DuckDBConnection,
  { files, unread = [], removeSources = [], now, temporaryDirectory }: BuildOptions,
): Promise<Built> {
  await createCatalogue(connection);
  for (const path of removeSources) await removeSource(connection, path);
  const names = new TableNames();
  for (const { name, source_path, sheet, rejects } of await listCatalogued(connection)) {
    names.reserve({ path: source_path, ...(sheet !== null && { sheet }) }, name);
    if (rejects !== null) names.reserveRejects(name, rejects);
  }
  const reports: FileReport[] = [];
  for (const file of files) reports.push(await convertFile({ connection, names, now, temporaryDirectory }, file));
  for (const report of unread) {
    await removeSource(connection, report.path);
    await recordSource(connection, report, now);
    reports.push(report);
  }
  const tables = await listProfiles(connection);
  const joins = await suggestJoins(connection, tables);
  return { reports, tables, allReports: await listReports(connection), joins };
}
