/**
 * The content of source files whose tables do not say all that stood there: a title inside the data, a record with too
 * many cells, JSON whose numbers could be spelled in several ways. Kept in the database, packed, so that a script that
 * read the file finds it byte for byte. Of a file whose text comes back from its table nothing is kept.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { constants, createGzip } from "node:zlib";
import type { FileKind } from "./report.ts";

/** One row each, so that neither writer nor reader holds a large file in memory. */
const PART_BYTES = 1024 * 1024;
/** An appender keeps what it is given until it is flushed. */
const FLUSH_PARTS = 8;

/** A source file as its content is stored. */
export interface OriginalFile {
  /** As clients see it. */
  path: string;
  localPath: string;
  kind: FileKind;
  /** Its bytes are packed already. */
  isPacked: boolean;
}

/** Keeps a file's content in the database in place of what was kept of it. */
export async function keepOriginal(connection: DuckDBConnection, file: OriginalFile): Promise<void> {
  await forgetOriginal(connection, file.path);
  const isDense = file.isPacked || file.kind === "workbook" || file.kind === "parquet";
  const content = createReadStream(file.localPath, { highWaterMark: PART_BYTES });
  const store = (bytes: AsyncIterable<Buffer>) => append(connection, file.path, isDense ? "none" : "gzip", bytes);
  if (isDense) return pipeline(content, store);
  await pipeline(content, createGzip({ level: constants.Z_BEST_SPEED, chunkSize: PART_BYTES }), store);
}

/** Removes what was kept of a file. */
export async function forgetOriginal(connection: DuckDBConnection, path: string): Promise<void> {
  await connection.run("DELETE FROM cubby.originals WHERE source_path = $1", [path]);
}

async function append(
  connection: DuckDBConnection,
  path: string,
  packing: "none" | "gzip",
  content: AsyncIterable<Buffer>,
): Promise<void> {
  const appender = await connection.createAppender("originals", "cubby");
  let part = 0;
  try {
    for await (const bytes of content) {
      appender.appendVarchar(path);
      appender.appendInteger(part++);
      appender.appendVarchar(packing);
      appender.appendBlob(bytes);
      appender.endRow();
      if (part % FLUSH_PARTS === 0) appender.flushSync();
    }
  } finally {
    appender.closeSync();
  }
}
