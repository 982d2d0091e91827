/** One query over a session's history. Nothing sorts between the entries and `META`: it brings the session along. */
import { historyKey, historyRange, META, sessionPartition } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import type { HistoryEntry } from "../contract/history.ts";
import type { Somebody } from "../identity/principal.ts";
import { ownerFilter } from "../sessions/owner-filter.ts";
import type { StoredSession } from "../sessions/session-record.ts";
import { toEntry } from "./stored-entry.ts";

export interface StoredPage {
  entries: HistoryEntry[];
  /** The session's own item; undefined when the page did not reach it, there is none, or it is not the asker's. */
  session: StoredSession | undefined;
  /** True when nothing follows in the direction of reading. */
  complete: boolean;
}

/**
 * Lambda answers at most 6 MB, in which the body stands as a JSON string, its quotes and backslashes escaped once
 * more. DynamoDB's page of 1 MB can grow sevenfold on this way; the largest single entry still fits.
 */
const MAX_ANSWER_BYTES = 4_000_000;

export async function readPage(
  table: Table,
  sessionId: string,
  { start, limit, forward, asker }: { start?: string; limit: number; forward: boolean; asker?: Somebody },
): Promise<StoredPage> {
  const { from, to } = historyRange(sessionId);
  const { filter, values } = ownerFilter(asker);
  const { items, last } = await table.queryPage({
    KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
    ...filter,
    ExpressionAttributeValues: { ":pk": sessionPartition(sessionId), ":from": from, ":to": to, ...values },
    ScanIndexForward: forward,
    ConsistentRead: true,
    Limit: limit,
    ...(start === undefined ? {} : { ExclusiveStartKey: historyKey(sessionId, start) }),
  });
  const session = items.find((item) => item.sk === META) as StoredSession | undefined;
  const entries = items.filter((item) => item.sk !== META).map(toEntry);
  const fitting = countFitting(entries);
  const sawAll = last === undefined || (forward && session !== undefined);
  return { entries: entries.slice(0, fitting), session, complete: sawAll && fitting === entries.length };
}

function countFitting(entries: readonly HistoryEntry[]): number {
  let left = MAX_ANSWER_BYTES;
  const tooMuch = entries.findIndex((entry) => {
    left -= Buffer.byteLength(JSON.stringify(JSON.stringify(entry)));
    return left < 0;
  });
  return tooMuch === -1 ? entries.length : tooMuch;
}
