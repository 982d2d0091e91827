import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { onTestFinished } from "vitest";
import { type BuildResult, buildDatabase } from "../../../shared/tables/build-database.ts";
import type { ConversionSettings } from "../../../shared/contract/conversion.ts";
import type { FileReport } from "../../../shared/tables/report.ts";

/** A folder for one test, and the database in it. */
export interface Workshop {
  directory: string;
  databasePath: string;
  /** Builds with files given as path and content; paths of `remove` lose their tables. */
  build(files: Record<string, string | Uint8Array>, remove?: string[]): Promise<BuildResult>;
  /** Builds one file with settings; the content counts as that of its present tables. */
  buildWith(path: string, content: string | Uint8Array, ...settings: ConversionSettings[]): Promise<FileReport>;
  /** Asks the closed database; values as DuckDB writes them in JSON. */
  ask(sql: string): Promise<unknown[][]>;
}

export async function workshop(): Promise<Workshop> {
  const directory = await mkdtemp(join(tmpdir(), "tables-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return openWorkshop(directory);
}

function openWorkshop(directory: string): Workshop {
  const databasePath = join(directory, "project_data.db");
  let number = 0;
  return {
    directory,
    databasePath,
    async build(files, remove = []) {
      const sources = [];
      for (const [path, content] of Object.entries(files)) {
        const localPath = join(directory, `source-${number++}`);
        await writeFile(localPath, content);
        sources.push({ path, localPath, sizeBytes: content.length });
      }
      const now = new Date("2026-11-21T09:30:00Z");
      return buildDatabase({ databasePath, files: sources, removeSources: remove, now, temporaryDirectory: directory });
    },
    async buildWith(path, content, ...settings) {
      const localPath = join(directory, `source-${number++}`);
      await writeFile(localPath, content);
      const files = [{ path, localPath, sizeBytes: content.length, settings, isUnchanged: true }];
      const now = new Date("2026-11-21T09:30:00Z");
      const { reports } = await buildDatabase({ databasePath, files, now, temporaryDirectory: directory });
      return reports[0] as FileReport;
    },
    ask: (sql) => ask(databasePath, sql),
  };
}

async function ask(path: string, sql: string): Promise<unknown[][]> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export interface OneFile {
  report: FileReport;
  rows: unknown[][];
  /** Types by column name. */
  types: Record<string, string>;
}

/** Converts files, given as name and content, in one build, and reads their tables back. */
export async function convertAll(files: Record<string, string | Uint8Array>): Promise<Map<string, OneFile>> {
  const directory = await mkdtemp(join(tmpdir(), "tables-"));
  try {
    const shop = openWorkshop(directory);
    const paths = Object.entries(files).map(([name, content]) => [`uploads/${name}`, content] as const);
    const { reports } = await shop.build(Object.fromEntries(paths));
    const results = new Map<string, OneFile>();
    for (const report of reports) {
      const [table] = report.tables;
      const rows = table === undefined ? [] : await shop.ask(`SELECT * FROM "${table}"`);
      const types = Object.fromEntries((report.columns ?? []).map(({ name, type }) => [name, type]));
      results.set(report.path.slice("uploads/".length), { report, rows, types });
    }
    return results;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Converts one file and reads its table back. */
export async function convertOne(content: string | Uint8Array, name = "t.csv"): Promise<OneFile> {
  const result = (await convertAll({ [name]: content })).get(name);
  if (result === undefined) throw new Error("no report");
  return result;
}
