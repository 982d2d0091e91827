import { computed, signal } from "@preact/signals";
import { keep, readKept } from "./keep.ts";
import { explain } from "./explain.ts";
import { client, inSession, sessionId } from "./session.ts";
import { type QueryAnswer, quoteName, type Sorting, tables } from "./tables.ts";

/** What stands in the editor; undefined until somebody wrote something. */
export const draft = signal<string | undefined>(undefined);

export interface Asked {
  sql: string;
  /** Milliseconds since 1970. */
  at: number;
  milliseconds: number;
  rows: number;
}

export type Asking =
  | { kind: "idle" }
  | { kind: "running"; sql: string; since: number; cancel(): void }
  | { kind: "failed"; sql: string; problem: string; position?: number }
  | { kind: "answered"; sql: string; answer: QueryAnswer; milliseconds: number; sorting?: Sorting };

export const asking = signal<Asking>({ kind: "idle" });
const history = signal<Record<string, Asked[]>>(readKept("asked") ?? {});
export const asked = computed(() => history.value[sessionId.value] ?? []);

/** Rows of one answer; more are asked for when wanted. */
const ROWS = 5_000;
const REMEMBERED = 50;
const REMEMBERED_SESSIONS = 9;

/** What stands in the editor at first: something that works. */
export function firstStatement(): string {
  const [table] = tables.value;
  return table === undefined ? "SELECT 42 AS answer" : `SELECT *\nFROM ${quoteName(table.name)}\nLIMIT 100`;
}

export async function ask(sql: string, sorting?: Sorting): Promise<void> {
  const controller = new AbortController();
  const before = asking.value;
  if (before.kind === "running") before.cancel();
  const started = performance.now();
  asking.value = { kind: "running", sql, since: Date.now(), cancel: () => controller.abort() };
  try {
    const body = { sql: sorting === undefined ? sql : sorted(sql, sorting), limit: ROWS };
    const answer = await client.call("query", { params: inSession(), body, signal: controller.signal });
    const milliseconds = Math.round(performance.now() - started);
    asking.value = { kind: "answered", sql, answer, milliseconds, ...(sorting !== undefined && { sorting }) };
    if (sorting === undefined) remember({ sql, at: Date.now(), milliseconds, rows: answer.row_count });
  } catch (error) {
    if (controller.signal.aborted) asking.value = { kind: "idle" };
    else asking.value = { kind: "failed", sql, problem: explain(error) };
  }
}

/** The rows behind those that are here. */
export async function askForMore(): Promise<void> {
  const present = asking.value;
  if (present.kind !== "answered" || present.answer.next_cursor === null) return;
  const { sql, sorting, answer } = present;
  const body = {
    sql: sorting === undefined ? sql : sorted(sql, sorting),
    limit: ROWS,
    cursor: answer.next_cursor ?? "",
  };
  const more = await client.call("query", { params: inSession(), body });
  const rows = [...answer.rows, ...more.rows];
  asking.value = { ...present, answer: { ...more, rows, row_count: rows.length } };
}

/** The whole answer in another order, not only the rows that are here. */
function sorted(sql: string, { column, isDescending }: Sorting): string {
  const statement = sql.trim().replace(/;\s*$/, "");
  return `SELECT * FROM (${statement}\n) ORDER BY ${quoteName(column)} ${isDescending ? "DESC" : "ASC"} NULLS LAST`;
}

function remember(entry: Asked): void {
  const others = asked.value.filter(({ sql }) => sql !== entry.sql);
  const otherSessions = Object.entries(history.value).filter(([id]) => id !== sessionId.value);
  const mine = [entry, ...others].slice(0, REMEMBERED);
  history.value = Object.fromEntries([...otherSessions.slice(-REMEMBERED_SESSIONS), [sessionId.value, mine]]);
  keep("asked", history.value);
}
