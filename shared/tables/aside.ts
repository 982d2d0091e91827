/**
 * A file's tables while new ones are made in their place. They keep what the catalogue says of them under names that
 * no table of a file can have, so that they can come back whole.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { type CataloguedTable, listCatalogued, removeCatalogued, renameTable } from "./catalogue.ts";

/** No name of a file's table holds a space or a colon. */
const MARK = "aside: ";
const asideName = (name: string) => `${MARK}${name}`;
const ownName = (name: string) => name.slice(MARK.length);

/** Makes room for a file's new tables; answers those it had, as they are called meanwhile. */
export async function setAside(connection: DuckDBConnection, path: string): Promise<CataloguedTable[]> {
  const tables = (await listCatalogued(connection)).filter(({ source_path }) => source_path === path);
  for (const table of tables) await renameTable(connection, table, asideName);
  return tables.map((table) => ({
    ...table,
    name: asideName(table.name),
    rejects: table.rejects === null ? null : asideName(table.rejects),
  }));
}

/** Gives tables that were set aside their names again; new ones of these names must be gone. Answers the names. */
export async function bringBack(connection: DuckDBConnection, tables: readonly CataloguedTable[]): Promise<string[]> {
  for (const table of tables) await renameTable(connection, table, ownName);
  return tables.map(({ name }) => ownName(name));
}

/** Removes tables that were set aside. */
export async function dropAside(connection: DuckDBConnection, tables: readonly CataloguedTable[]): Promise<void> {
  for (const table of tables) await removeCatalogued(connection, table);
}
