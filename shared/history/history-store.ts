import { historyKey, PREFIX, sessionPartition } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { HistoryEntry } from "../contract/session.ts";
import { newEntryId } from "../ids.ts";

/** One item per entry, never a growing list: an append is one write whatever the history's length. */
export function createHistoryStore(table: Table, clock: Clock) {
  async function append(
    sessionId: string,
    entry: Pick<HistoryEntry, "role" | "content"> & Partial<Pick<HistoryEntry, "metadata" | "actor">>,
  ): Promise<HistoryEntry> {
    const now = clock.now();
    const entryId = newEntryId(now);
    const stored: HistoryEntry = {
      entry_id: entryId,
      role: entry.role,
      content: entry.content,
      created_at: toTimestamp(now),
      metadata: entry.metadata ?? {},
      ...(entry.actor === undefined ? {} : { actor: entry.actor }),
    };
    await table.put({ ...historyKey(sessionId, entryId), ...stored });
    return stored;
  }

  /** Entries behind `after`, oldest first. */
  async function list(
    sessionId: string,
    limit: number,
    after: string | undefined,
  ): Promise<{ entries: HistoryEntry[]; next: string | undefined }> {
    const answer = await table.queryPage({
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
      ExpressionAttributeValues: { ":pk": sessionPartition(sessionId), ":prefix": PREFIX.history },
      ConsistentRead: true,
      Limit: limit,
      ...(after === undefined ? {} : { ExclusiveStartKey: historyKey(sessionId, after) }),
    });
    const entries = answer.items as unknown as HistoryEntry[];
    return { entries, next: answer.last === undefined ? undefined : entries.at(-1)?.entry_id };
  }

  return { append, list };
}

export type HistoryStore = ReturnType<typeof createHistoryStore>;
