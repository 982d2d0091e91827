import { join } from "node:path";
import { DatabaseSync, type SQLOutputValue } from "node:sqlite";

const SCHEMA_VERSION = 1;

/**
 * Keys are BLOBs: SQLite compares those byte by byte, which is the order S3 lists keys in, and they may hold NUL.
 *
 * An object's bytes are a list of `segments`, files in the blob folder. A multipart upload that completes becomes
 * an object by moving its parts' files into that list, so completing 5 GB costs one transaction and no copying.
 */
const SCHEMA = `
  CREATE TABLE buckets (
    name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, cors TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE objects (
    bucket TEXT NOT NULL, key BLOB NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL,
    headers TEXT NOT NULL, checksum TEXT, segments TEXT NOT NULL, PRIMARY KEY (bucket, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL, created_at INTEGER NOT NULL, headers TEXT NOT NULL,
    algorithm TEXT, checksum_type TEXT, outcome TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX uploads_by_key ON uploads (bucket, key, id);
  CREATE TABLE parts (
    upload TEXT NOT NULL, number INTEGER NOT NULL, size INTEGER NOT NULL, etag TEXT NOT NULL,
    modified_at INTEGER NOT NULL, checksum TEXT, segments TEXT NOT NULL, PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;
`;

/** Opens the index. An answer is sent only after its commit, and FULL makes a commit mean "on the disk". */
export function openDatabase(dataDirectory: string): DatabaseSync {
  const database = new DatabaseSync(join(dataDirectory, "index.sqlite"));
  try {
    // Exclusive: a second server on the same folder would sweep away the first one's unfinished files.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    inTransaction(database, () => migrate(database));
    return database;
  } catch (error) {
    database.close();
    throw new Error(`Cannot open the S3 data folder "${dataDirectory}": in use by another process, or damaged`, {
      cause: error,
    });
  }
}

function migrate(database: DatabaseSync): void {
  const version = integer(database.prepare("PRAGMA user_version").get() ?? {}, "user_version");
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) throw new Error(`Cannot read the index: it has format ${version}, this is ${SCHEMA_VERSION}`);
  database.exec(`${SCHEMA} PRAGMA user_version = ${SCHEMA_VERSION};`);
}

/** Runs `work` as one transaction. Nothing else can come between, because all of it is synchronous. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** A row as SQLite gives it; the functions below check what TypeScript cannot. */
export type Row = Record<string, SQLOutputValue>;

export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw new TypeError(`Cannot read the index: column ${column} holds no text`);
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw new TypeError(`Cannot read the index: column ${column} holds no number`);
}

export function bytes(row: Row, column: string): Buffer {
  const value = row[column];
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  throw new TypeError(`Cannot read the index: column ${column} holds no bytes`);
}

/** JSON that this folder wrote itself and therefore trusts. */
export function json<T>(row: Row, column: string): T {
  return JSON.parse(text(row, column)) as T;
}

export function optionalJson<T>(row: Row, column: string): T | undefined {
  return row[column] === null ? undefined : json<T>(row, column);
}
