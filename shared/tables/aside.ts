/**
 * A file's tables while new ones are made in their place. They keep what the catalogue says of them under names that
 * no table of a file can have, so that they can come back whole.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { listCatalogued, removeTable, renameTable } from "./catalogue.ts";

/** No name of a file's table holds a space or a colon. */
const asideName = (name: string) => `aside: ${name}`;

/** Makes room for a file's new tables; answers the names of those it had. */
export async function setAside(connection: DuckDBConnection, path: string): Promise<string[]> {
  const tables = (await listCatalogued(connection)).filter(({ source_path }) => source_path === path);
  for (const { name } of tables) await renameTable(connection, name, asideName(name));
  return tables.map(({ name }) => name);
}

/** Gives tables that were set aside their names again; new ones of these names must be gone by now. */
export async function bringBack(connection: DuckDBConnection, names: readonly string[]): Promise<void> {
  for (const name of names) await renameTable(connection, asideName(name), name);
}

/** Removes tables that were set aside. */
export async function dropAside(connection: DuckDBConnection, names: readonly string[]): Promise<void> {
  for (const name of names) await removeTable(connection, asideName(name));
}
