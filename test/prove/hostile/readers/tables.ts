/** The readers that make tables, through the same door as a conversion: kind, reader, types, profile, catalogue. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createCatalogue } from "../../../../shared/tables/catalogue.ts";
import { convertFile } from "../../../../shared/tables/convert-file.ts";
import { type OpenDatabase, openDatabase } from "../../../../shared/tables/database.ts";
import { TableNames } from "../../../../shared/tables/names.ts";
import { quoteName } from "../../../../shared/tables/sql-text.ts";
import type { Material } from "../mutate.ts";
import { assertReason, Finding, type Reader, type ReaderFamily } from "../reader.ts";

/** A database is as new as this many files make it: what one leaves must not hide what the next one breaks. */
const FILES_PER_DATABASE = 200;

/** A reader of files of this name. */
export function tablesFrom(
  name: string,
  fileName: string,
  { share, materialOf }: { share: number; materialOf(directory: string): Promise<Material> | Material },
): ReaderFamily {
  return {
    name,
    share,
    async open({ directory }) {
      return createReader(directory, fileName, await materialOf(directory));
    },
  };
}

function createReader(directory: string, fileName: string, material: Material): Reader {
  const databasePath = join(directory, "project_data.db");
  let database: OpenDatabase | undefined;
  let files = 0;
  let count = 0;

  async function close(): Promise<void> {
    database?.abandon();
    database = undefined;
    await Promise.all([databasePath, `${databasePath}.wal`].map((path) => rm(path, { force: true })));
  }

  async function open(): Promise<OpenDatabase> {
    if (database !== undefined && ++files < FILES_PER_DATABASE) return database;
    await close();
    files = 0;
    const limits = { memoryLimitMb: 512, threads: 1, expectedBytes: 1000 };
    database = await openDatabase({
      path: databasePath,
      readableDirectories: [directory],
      temporaryDirectory: directory,
      ...limits,
    });
    await createCatalogue(database.connection);
    return database;
  }

  async function read(bytes: Buffer): Promise<string> {
    // Another path each time: DuckDB remembers what it read at one, and sees no change within its clock's tick.
    const localPath = join(directory, `source-${count++}`);
    await writeFile(localPath, bytes);
    const { connection } = await open();
    const context = { connection, names: new TableNames(), now: new Date(), temporaryDirectory: directory };
    const path = `uploads/${fileName}`;
    const report = await convertFile(context, { path, localPath, sizeBytes: bytes.length });
    await rm(localPath);
    if (report.reason !== undefined) return assertReason(report.reason.code, report.reason.detail);
    if (report.status !== "converted") throw new Finding(`it is ${report.status} without a reason`);
    let rows = 0;
    for (const table of report.tables) {
      const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${quoteName(table)}`);
      rows += Number(counted.getRows()[0]?.[0]);
    }
    if (rows !== report.rows) throw new Finding(`its tables have ${rows} rows and the report says ${report.rows}`);
    return "read";
  }

  return { material, read, [Symbol.asyncDispose]: close };
}
