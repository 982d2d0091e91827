import { signal } from "@preact/signals";
import type { Answer } from "../../../../shared/client/index.ts";
import { client, inSession, sessionId } from "./session.ts";

export type TableSummary = Answer<"listTables">["data"][number];
export type TableProfile = Pick<Answer<"getTable">, "columns">;
export type QueryAnswer = Answer<"query">;

export const tables = signal<readonly TableSummary[]>([]);
export const tablesState = signal<"loading" | "ready" | "failed">("loading");

export async function loadTables(): Promise<void> {
  const params = inSession();
  try {
    const found: TableSummary[] = [];
    for await (const table of client.pages("listTables", { params })) found.push(table);
    if (params.session_id !== sessionId.value) return;
    tables.value = found;
    tablesState.value = "ready";
  } catch {
    if (tablesState.value === "loading") tablesState.value = "failed";
  }
}

/** One table with all that its conversion found of its columns. */
export function readTable(name: string, signal: AbortSignal): Promise<TableProfile> {
  return client.call("getTable", { params: { ...inSession(), name }, signal });
}

export function forgetTables(): void {
  tables.value = [];
  tablesState.value = "loading";
}

/** A name as SQL takes it, whatever is in it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export interface Sorting {
  column: string;
  isDescending: boolean;
}

/** Some rows of a table, by their place in it. */
export async function readRows(
  table: string,
  range: { offset: number; limit: number; sorting?: Sorting | undefined },
  signal: AbortSignal,
): Promise<QueryAnswer["rows"]> {
  const { offset, limit, sorting } = range;
  const order =
    sorting === undefined
      ? ""
      : ` ORDER BY ${quoteName(sorting.column)} ${sorting.isDescending ? "DESC" : "ASC"} NULLS LAST`;
  const sql = `SELECT * FROM ${quoteName(table)}${order} LIMIT ${limit} OFFSET ${offset}`;
  const { rows } = await client.call("query", { params: inSession(), body: { sql, limit, output: "inline" }, signal });
  return rows;
}
