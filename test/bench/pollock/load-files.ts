import { mkdtemp, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { buildDatabase } from "../../../shared/tables/build-database.ts";
import type { FileReport } from "../../../shared/tables/report.ts";
import { giveBack } from "./give-back.ts";

/** What became of one file. */
export interface LoadedFile {
  name: string;
  report: FileReport;
  /** The records given back; undefined where the file could not be read. */
  records?: string[][];
}

/** Many files share one database, which costs more to open than most of them to read. */
const FILES_PER_DATABASE = 100;

/** Loads every file as a session would, without any settings, and gives back what is in its table. */
export async function* loadFiles(
  folder: string,
  names: readonly string[],
  scratch: string,
): AsyncGenerator<LoadedFile> {
  for (let start = 0; start < names.length; start += FILES_PER_DATABASE) {
    yield* await loadSome(folder, names.slice(start, start + FILES_PER_DATABASE), scratch);
  }
}

async function loadSome(folder: string, names: readonly string[], scratch: string): Promise<LoadedFile[]> {
  const temporaryDirectory = await mkdtemp(join(scratch, "load-"));
  try {
    const databasePath = join(temporaryDirectory, "project_data.db");
    const files = await Promise.all(names.map((name) => toSource(folder, name)));
    const { reports } = await buildDatabase({ databasePath, files, now: new Date(), temporaryDirectory });
    return await readBack(databasePath, names, reports);
  } finally {
    await rm(temporaryDirectory, { recursive: true });
  }
}

async function toSource(folder: string, name: string) {
  const localPath = join(folder, name);
  return { path: `uploads/${name}`, localPath, sizeBytes: (await stat(localPath)).size };
}

async function readBack(path: string, names: readonly string[], reports: FileReport[]): Promise<LoadedFile[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    const loaded: LoadedFile[] = [];
    for (const [index, report] of reports.entries()) {
      const name = names[index] ?? "";
      // An empty file has no table, and nothing of it is lost.
      const isRead = report.status === "converted" || report.reason?.code === "empty_file";
      loaded.push({ name, report, ...(isRead && { records: await giveBack(connection, report) }) });
    }
    return loaded;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
