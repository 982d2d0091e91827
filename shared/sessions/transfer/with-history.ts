import { pMapIterable } from "p-map";
import { PREFIX } from "../../aws/item-keys.ts";
import { itemsOfKind } from "../../aws/item-queries.ts";
import type { Table } from "../../aws/table.ts";
import type { HistoryEntry } from "../../contract/history.ts";
import { toEntry } from "../../history/stored-entry.ts";
import type { ExportedSession } from "./exported-session.ts";
import type { SessionWithHistory } from "./json-records.ts";

type Position = Record<string, unknown> | undefined;

interface HistoryPage {
  entries: HistoryEntry[];
  last: Position;
}

/** So many first pages are fetched at the same time, and as many wait to be written: at most 1 MB each. */
const CONCURRENCY = 16;

/** Adds each session's history: its first page ahead of time, the rest while it is written. */
export async function* withHistory(
  table: Pick<Table, "queryPage">,
  records: AsyncIterable<ExportedSession>,
): AsyncGenerator<SessionWithHistory> {
  const options = { concurrency: CONCURRENCY, backpressure: 2 * CONCURRENCY, preserveOrder: false };
  const begun = pMapIterable(
    records,
    async (record) => ({ record, first: await historyPage(table, record.session_id) }),
    options,
  );
  for await (const { record, first } of begun) {
    yield { record, history: historyPages(table, record.session_id, first) };
  }
}

/** The whole history, oldest first, page by page. */
export async function* historyPages(
  table: Pick<Table, "queryPage">,
  sessionId: string,
  first?: HistoryPage,
): AsyncGenerator<HistoryEntry[]> {
  let page = first ?? (await historyPage(table, sessionId));
  yield page.entries;
  while (page.last !== undefined) {
    page = await historyPage(table, sessionId, page.last);
    yield page.entries;
  }
}

async function historyPage(table: Pick<Table, "queryPage">, sessionId: string, start?: Position): Promise<HistoryPage> {
  const { items, last } = await table.queryPage({
    ...itemsOfKind(sessionId, PREFIX.history),
    ConsistentRead: false, // as the index that named the session; half the price
    ...(start === undefined ? {} : { ExclusiveStartKey: start }),
  });
  return { entries: items.map(toEntry), last };
}
