/** What became of a file, found out without a host: the readers themselves, by the same doors as the API's. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { DuckDBConnection } from "@duckdb/node-api";
import { isZip, unpackZip } from "../../../functions/api/unpack.ts";
import { isAppError } from "../../../shared/errors.ts";
import { scriptLanguage } from "../../../shared/python/script-language.ts";
import { rewriteScript } from "../../../shared/python/rewrite-script.ts";
import { createCatalogue } from "../../../shared/tables/catalogue.ts";
import { convertFile } from "../../../shared/tables/convert-file.ts";
import { openDatabase } from "../../../shared/tables/database.ts";
import { TableNames } from "../../../shared/tables/names.ts";
import { quoteName } from "../../../shared/tables/sql-text.ts";
import type { FileCase } from "./case.ts";

/** In the words of an `Expectation`, with all that the reader said. */
export interface Outcome {
  is: "refused" | "kept" | "read" | "unpacked";
  code?: string;
  message?: string;
  tables?: Record<string, string[]>;
  files?: Record<string, Buffer>;
}

/** Longer ones are told by their hash. */
const MAX_ROWS_BYTES = 2000;

/** One row of two values: how many rows there are, and all of them as JSON, one a line. */
export function selectRows(table: string): string {
  const all = `SELECT count(*) AS n, string_agg(to_json(t)::VARCHAR, chr(10)) AS s FROM ${quoteName(table)} AS t`;
  return `SELECT n, CASE WHEN strlen(s) > ${MAX_ROWS_BYTES} THEN 'sha256 ' || sha256(s) ELSE s END FROM (${all})`;
}

/** What `selectRows` answered, as expectations have it. */
export function toRows([count, text]: readonly [string | number, string | null]): string[] {
  if (text?.startsWith("sha256 ")) return [`${count} rows, ${text}`];
  return text === null ? [] : text.split("\n");
}

/** What a case's file is named before its ending: of one length, so that names too long for a table are cut at one place. */
export function stemOf(number: number): string {
  return `f${String(number).padStart(3, "0")}`;
}

/** Reads cases one after the other into one database. */
export async function openReaders() {
  const directory = await mkdtemp(join(tmpdir(), "cubby-hostile-"));
  const limits = { memoryLimitMb: 1024, threads: 1, expectedBytes: 1000 };
  const path = join(directory, "project_data.db");
  const database = await openDatabase({
    path,
    readableDirectories: [directory],
    temporaryDirectory: directory,
    ...limits,
  });
  const { connection } = database;
  await createCatalogue(connection);
  let count = 0;

  async function read({ bytes, ending }: FileCase): Promise<Outcome> {
    const fileName = `${stemOf(++count)}${ending}`;
    if (isZip(fileName, bytes)) return unpack(bytes);
    if (scriptLanguage(fileName) !== undefined) {
      const { reason } = await rewriteScript(`uploads/${fileName}`, bytes, []);
      return { is: "kept", ...(reason !== undefined && { code: reason.code, message: reason.detail }) };
    }
    // Another path each time: DuckDB remembers what it read at one, and sees no change within its clock's tick.
    const localPath = join(directory, `source-${count}`);
    await writeFile(localPath, bytes);
    const context = { connection, names: new TableNames(), now: new Date(), temporaryDirectory: directory };
    const report = await convertFile(context, { path: `uploads/${fileName}`, localPath, sizeBytes: bytes.length });
    await rm(localPath);
    const { reason, tables } = report;
    if (reason !== undefined) return { is: "kept", code: reason.code, message: reason.detail };
    const byEnding: Record<string, string[]> = {};
    for (const table of tables) byEnding[table.slice(`f${count}`.length)] = await rowsOf(connection, table);
    return { is: "read", tables: byEnding };
  }

  return {
    read,
    async [Symbol.asyncDispose]() {
      database.abandon();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function unpack(bytes: Buffer): Promise<Outcome> {
  const files: Record<string, Buffer> = {};
  try {
    await unpackZip(
      bytes,
      async () => {},
      async ({ name }, open) => {
        files[name] = await buffer(await open());
      },
    );
    return { is: "unpacked", files };
  } catch (error) {
    if (!isAppError(error)) throw error;
    return { is: "refused", code: error.code, message: error.message };
  }
}

async function rowsOf(connection: DuckDBConnection, table: string): Promise<string[]> {
  const reader = await connection.runAndReadAll(selectRows(table));
  return toRows(reader.getRowsJson()[0] as [string, string | null]);
}
