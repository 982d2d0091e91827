import type { DuckDBConnection } from "@duckdb/node-api";
import type { FileReport, TableProfile } from "./report.ts";
import type { ColumnQuotes, ColumnText } from "./original-text.ts";
import { forgetOriginal } from "./originals.ts";
import { quoteName, quoteText } from "./sql-text.ts";

/**
 * What the database knows of itself, in a schema of its own so that the user's tables stay among themselves:
 *
 * - `cubby.sources`: per source file its report
 * - `cubby.tables`:  per table its file, sheet, place in the workbook, what is around it there, and profile
 * - `cubby.columns`: per column its header cell as it stood, and how its values were spelled: SQL for their text
 * - `cubby.cells`:   single cells that are not what their column says of all: their text, or their kind
 * - `cubby.originals`: the content of those files that their tables do not give back, in parts
 */
const SCHEMA = `
  CREATE SCHEMA IF NOT EXISTS cubby;
  CREATE TABLE IF NOT EXISTS cubby.sources (source_path VARCHAR, converted_at TIMESTAMP, report VARCHAR);
  CREATE TABLE IF NOT EXISTS cubby.tables (
    table_name VARCHAR, source_path VARCHAR, sheet VARCHAR, sheet_order INTEGER, profile VARCHAR,
    rejects_table VARCHAR, layout VARCHAR);
  ALTER TABLE cubby.tables ADD COLUMN IF NOT EXISTS rejects_table VARCHAR;
  ALTER TABLE cubby.tables ADD COLUMN IF NOT EXISTS layout VARCHAR;
  CREATE TABLE IF NOT EXISTS cubby.columns (
    table_name VARCHAR, position INTEGER, column_name VARCHAR, original_name VARCHAR, type VARCHAR, evidence VARCHAR,
    rule VARCHAR, null_text VARCHAR, text_sql VARCHAR, exceptions BIGINT);
  ALTER TABLE cubby.columns ADD COLUMN IF NOT EXISTS rule VARCHAR;
  ALTER TABLE cubby.columns ADD COLUMN IF NOT EXISTS null_text VARCHAR;
  ALTER TABLE cubby.columns ADD COLUMN IF NOT EXISTS text_sql VARCHAR;
  ALTER TABLE cubby.columns ADD COLUMN IF NOT EXISTS exceptions BIGINT;
  ALTER TABLE cubby.columns ADD COLUMN IF NOT EXISTS quotes VARCHAR;
  ALTER TABLE cubby.columns ADD COLUMN IF NOT EXISTS bare_text VARCHAR;
  CREATE TABLE IF NOT EXISTS cubby.cells (table_name VARCHAR, column_name VARCHAR, row BIGINT, text VARCHAR, kind VARCHAR);
  CREATE TABLE IF NOT EXISTS cubby.originals (source_path VARCHAR, part INTEGER, packing VARCHAR, content BLOB);
`;

const KEYED_BY_TABLE = ["tables", "columns", "cells"] as const;

/** A table as the catalogue has it. */
export interface CataloguedTable {
  name: string;
  source_path: string;
  sheet: string | null;
  /** The table of its rejects. */
  rejects: string | null;
}

/** A new table with everything the catalogue keeps of it. */
export interface CatalogueEntry {
  profile: TableProfile;
  sheetOrder: number | null;
  evidence: readonly (string | undefined)[];
  /** How each column was written, where it was text. */
  texts: readonly (ColumnText | undefined)[];
  /** Which of their cells stood in quotes, where that is all there is to know. */
  quotes: readonly ColumnQuotes[];
  layout: object | undefined;
}

export async function createCatalogue(connection: DuckDBConnection): Promise<void> {
  await connection.run(SCHEMA);
}

export async function listCatalogued(connection: DuckDBConnection): Promise<CataloguedTable[]> {
  const reader = await connection.runAndReadAll(
    "SELECT table_name, source_path, sheet, rejects_table FROM cubby.tables",
  );
  return reader.getRowsJson().map(([name, path, sheet, rejects]) => ({
    name: String(name),
    source_path: String(path),
    sheet: sheet === null || sheet === undefined ? null : String(sheet),
    rejects: rejects === null || rejects === undefined ? null : String(rejects),
  }));
}

/** The profiles of all tables, file by file and sheet by sheet. */
export async function listProfiles(connection: DuckDBConnection): Promise<TableProfile[]> {
  const reader = await connection.runAndReadAll(
    "SELECT profile FROM cubby.tables ORDER BY source_path, sheet_order, table_name",
  );
  return reader.getRowsJson().map(([profile]) => JSON.parse(String(profile)) as TableProfile);
}

/** The last report of every file that was ever given, also of those that made no table. */
export async function listReports(connection: DuckDBConnection): Promise<FileReport[]> {
  const reader = await connection.runAndReadAll("SELECT report FROM cubby.sources ORDER BY source_path");
  return reader.getRowsJson().map(([report]) => JSON.parse(String(report)) as FileReport);
}

/** Takes a source and everything made from it out of the database; answers the names of its tables. */
export async function removeSource(connection: DuckDBConnection, path: string): Promise<string[]> {
  const tables = (await listCatalogued(connection)).filter((table) => table.source_path === path);
  for (const table of tables) await removeCatalogued(connection, table);
  await forgetOriginal(connection, path);
  await connection.run("DELETE FROM cubby.sources WHERE source_path = $1", [path]);
  return tables.map(({ name }) => name);
}

/** Gives a table and that of its rejects other names, also in what the catalogue says of them. */
export async function renameTable(
  connection: DuckDBConnection,
  { name, rejects }: CataloguedTable,
  rename: (name: string) => string,
): Promise<void> {
  for (const table of rejects === null ? [name] : [name, rejects]) {
    await connection.run(`ALTER TABLE ${quoteName(table)} RENAME TO ${quoteName(rename(table))}`);
  }
  if (rejects !== null) {
    await connection.run("UPDATE cubby.tables SET rejects_table = $1 WHERE table_name = $2", [rename(rejects), name]);
  }
  for (const table of KEYED_BY_TABLE) {
    await connection.run(`UPDATE cubby.${table} SET table_name = $1 WHERE table_name = $2`, [rename(name), name]);
  }
}

/** Removes a table with its rejects. */
export async function removeCatalogued(
  connection: DuckDBConnection,
  { name, rejects }: CataloguedTable,
): Promise<void> {
  if (rejects !== null) await removeTable(connection, rejects);
  await removeTable(connection, name);
}

/** Removes one table, also one that was only half loaded. */
export async function removeTable(connection: DuckDBConnection, name: string): Promise<void> {
  await connection.run(`DROP TABLE IF EXISTS ${quoteName(name)}`);
  for (const table of KEYED_BY_TABLE) {
    await connection.run(`DELETE FROM cubby.${table} WHERE table_name = $1`, [name]);
  }
}

export async function recordTable(connection: DuckDBConnection, entry: CatalogueEntry): Promise<void> {
  const { profile, sheetOrder, evidence, texts, quotes, layout } = entry;
  await connection.run(
    `INSERT INTO cubby.tables (table_name, source_path, sheet, sheet_order, profile, rejects_table, layout)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      profile.name,
      profile.source_path,
      profile.sheet ?? null,
      sheetOrder,
      JSON.stringify(profile),
      profile.rejects_table ?? null,
      layout === undefined ? null : JSON.stringify(layout),
    ],
  );
  const columns = profile.columns.map(({ name, original_name, type }, index) => [
    profile.name,
    index + 1,
    name,
    original_name,
    type,
    evidence[index] ?? null,
    texts[index]?.rule ?? null,
    texts[index]?.null_text ?? null,
    texts[index]?.text_sql ?? null,
    texts[index]?.exceptions ?? null,
    quotes[index]?.quotes ?? null,
    quotes[index]?.bare_text ?? null,
  ]);
  await insertAll(connection, "cubby.columns", columns);
  await commentOn(connection, profile);
}

/** Each comment is a statement; thousands of them would take longer than the table. */
const MAX_COMMENTED_COLUMNS = 200;

/** `DESCRIBE` and every database browser then show where a table and a renamed column came from. */
async function commentOn(connection: DuckDBConnection, profile: TableProfile): Promise<void> {
  const table = quoteName(profile.name);
  const source = profile.sheet === undefined ? profile.source_path : `${profile.source_path}, sheet ${profile.sheet}`;
  await connection.run(`COMMENT ON TABLE ${table} IS ${quoteText(source)}`);
  const isWide = profile.columns.length > MAX_COMMENTED_COLUMNS;
  const told = profile.columns.filter(({ name, original_name }) => !isWide || original_name !== name);
  for (const { name, original_name } of told.slice(0, MAX_COMMENTED_COLUMNS)) {
    if (original_name === null) continue;
    await connection.run(`COMMENT ON COLUMN ${table}.${quoteName(name)} IS ${quoteText(original_name)}`);
  }
}

/** Keeps a file's report, in place of the one it had. */
export async function recordSource(connection: DuckDBConnection, report: FileReport, now: Date): Promise<void> {
  await connection.run("DELETE FROM cubby.sources WHERE source_path = $1", [report.path]);
  await connection.run("INSERT INTO cubby.sources VALUES ($1, $2::TIMESTAMP, $3)", [
    report.path,
    now.toISOString().replace("Z", ""),
    JSON.stringify(report),
  ]);
}

async function insertAll(
  connection: DuckDBConnection,
  table: string,
  rows: readonly (readonly (string | number | null)[])[],
): Promise<void> {
  if (rows.length === 0) return;
  const [, name = table] = table.split(".");
  const appender = await connection.createAppender(name, "cubby");
  for (const row of rows) {
    for (const value of row) {
      if (value === null) appender.appendNull();
      else if (typeof value === "number") appender.appendValue(value);
      else appender.appendVarchar(value);
    }
    appender.endRow();
  }
  appender.closeSync();
}
