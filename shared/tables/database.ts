import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { quoteName, quoteText } from "./sql-text.ts";

export interface DatabaseOptions {
  path: string;
  /** Folders from which DuckDB may read; it can reach nothing else. */
  readableDirectories: readonly string[];
  temporaryDirectory: string;
  memoryLimitMb: number;
  threads: number;
  /** Bytes of source to come, which decide the block size of a new database. */
  expectedBytes: number;
}

/** A database open for writing. */
export interface OpenDatabase {
  connection: DuckDBConnection;
  /** Writes everything into the one file and closes; throws if anything is left outside it. */
  close(): Promise<void>;
  /** Lets go of the file without caring for what is in it. */
  abandon(): void;
}

/** 100 tiny tables take 2 MB in small blocks and 28 MB in DuckDB's own; large tables are half as big in those. */
const SMALL_BLOCK = 16_384;
const LARGE_BLOCK = 262_144;
const SMALL_DATABASE_BYTES = 64 * 1024 * 1024;
/**
 * The oldest DuckDB that reads a new database. The form of 1.3 packs texts in one way instead of trying two: words that
 * come again and sentences cost a third to a half less CPU, distinct texts a fifth more, and a database of a hundred
 * small tables is a third smaller.
 */
const STORAGE_VERSION = "v1.3.0";

/**
 * Opens or creates the database, closed to the world: no extension is fetched, no file outside the given folders is
 * read, and no statement can change that.
 */
export async function openDatabase(options: DatabaseOptions): Promise<OpenDatabase> {
  const blockSize = options.expectedBytes < SMALL_DATABASE_BYTES ? SMALL_BLOCK : LARGE_BLOCK;
  const instance = await DuckDBInstance.create(options.path, {
    memory_limit: `${options.memoryLimitMb}MB`,
    threads: String(options.threads),
    temp_directory: options.temporaryDirectory,
    default_block_size: String(blockSize),
    storage_compatibility_version: STORAGE_VERSION,
    autoload_known_extensions: "false",
    autoinstall_known_extensions: "false",
    allow_community_extensions: "false",
  });
  const connection = await instance.connect();
  const abandon = () => {
    connection.closeSync();
    instance.closeSync();
  };
  try {
    await lock(connection, [...options.readableDirectories, options.temporaryDirectory]);
  } catch (error) {
    abandon();
    throw error;
  }
  const close = async () => {
    await connection.run("CHECKPOINT");
    abandon();
    await assertNoWal(options.path);
  };
  return { connection, close, abandon };
}

/** In this order: the folders can be named only while access is on, and nothing after the lock. */
async function lock(connection: DuckDBConnection, directories: readonly string[]): Promise<void> {
  const allowed = [...new Set(directories)].map((directory) => quoteText(`${directory}/`));
  await connection.run(`SET allowed_directories = [${allowed.join(", ")}]`);
  await connection.run("SET enable_external_access = false");
  await connection.run("SET TimeZone = 'UTC'");
  await connection.run("SET lock_configuration = true");
}

/** A `.wal` beside the file means that the file alone is not the database: publishing it would lose the rest. */
async function assertNoWal(path: string): Promise<void> {
  const isThere = await access(`${path}.wal`).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Error("Cannot publish the database: part of it is still in its write-ahead log");
}

/** Whether a file can be opened as a database at all: its head and its catalogue are looked at, and no rows. */
export async function isDatabase(path: string): Promise<boolean> {
  try {
    (await DuckDBInstance.create(path, { access_mode: "READ_ONLY" })).closeSync();
    return true;
  } catch {
    return false;
  }
}

/** Opens the finished file as a reader will, and counts: what is in it must be what was written. */
export async function verifyDatabase(path: string, expected: ReadonlyMap<string, number>): Promise<number> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY", temp_directory: dirname(path) });
  const connection = await instance.connect();
  try {
    const counts = [...expected.keys()].map((name) => `SELECT ${quoteText(name)}, count(*) FROM ${quoteName(name)}`);
    const reader = await connection.runAndReadAll(counts.join(" UNION ALL ") || "SELECT '', 0");
    const found = new Map(reader.getRowsJson().map(([name, rows]) => [String(name), Number(rows)]));
    for (const [name, rows] of expected) {
      if (found.get(name) === rows) continue;
      throw new Error(`Cannot publish the database: table "${name}" has ${found.get(name)} rows instead of ${rows}`);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return (await stat(path)).size;
}
