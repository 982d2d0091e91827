/**
 * Stores one session that began elsewhere: its record by a condition that never overwrites, then its history.
 *
 * The order matters. The record comes first, so that no history stands without a session; it says `import_unfinished`
 * until the history is there, so that a repeat of the same row finishes what a crash left.
 */
import { isDeepStrictEqual } from "node:util";
import { sessionKey } from "../../aws/item-keys.ts";
import type { Table } from "../../aws/table.ts";
import { toTimestamp } from "../../clock.ts";
import type { Actor } from "../../contract/actor.ts";
import type { HistoryEntry } from "../../contract/history.ts";
import type { ImportedRow } from "../../contract/transfer.ts";
import { toItem } from "../../history/stored-entry.ts";
import { endOf, isLive } from "../retention.ts";
import { isOfLaterVersion } from "../stored-format.ts";
import { isTombstone, type StoredSession } from "../session-record.ts";
import type { Moment } from "../session-updates.ts";
import { type ExportedSession, toExported } from "./exported-session.ts";
import type { SessionDraft } from "./session-draft.ts";
import { toRecord } from "./to-record.ts";
import { historyPages } from "./with-history.ts";

/** What became of a row, without its number. */
export type Outcome = Pick<ImportedRow, "status" | "reason" | "detail">;

const UNCHANGED: Outcome = { status: "unchanged" };
const ENDED: Outcome = { status: "skipped", reason: "deleted", detail: "A session of this id was here and has ended" };
const EXISTS: Outcome = {
  status: "skipped",
  reason: "exists",
  detail: "A live session of this id has other content; an import never overwrites",
};

export async function importOne(
  table: Table,
  draft: SessionDraft,
  importedBy: Actor,
  moment: Moment,
): Promise<Outcome> {
  const record = toRecord(draft, importedBy, moment);
  const { at, reason } = endOf(record, moment.rules);
  if (at.getTime() <= moment.now.getTime()) {
    const detail = `By the rules that hold now it ended at ${toTimestamp(at)} (${reason})`;
    return { status: "skipped", reason: "expired", detail };
  }
  const stored = await table.put(record, { ConditionExpression: "attribute_not_exists(pk)" });
  if (stored) return finish(table, draft, moment.now);
  const existing = (await table.find(sessionKey(draft.session_id))) as StoredSession | undefined;
  if (existing !== undefined && isOfLaterVersion(existing)) return EXISTS;
  if (existing === undefined || isTombstone(existing) || !isLive(existing, moment.rules, moment.now)) return ENDED;
  if (existing.import_hash === draft.import_hash) {
    return existing.import_unfinished === true ? finish(table, draft, moment.now) : UNCHANGED;
  }
  return (await isSame(table, toExported(existing, moment.now), draft)) ? UNCHANGED : EXISTS;
}

/**
 * Writes the history; safe to run twice, as its entries have the same ids each time. Of two at once, one imported it
 * and the other finds it there.
 */
async function finish(table: Table, { session_id, history }: SessionDraft, now: Date): Promise<Outcome> {
  if (history.length === 0) return { status: "imported" };
  const items = history.map((entry) => toItem(session_id, entry, { now }));
  await table.writeBatch({ put: items });
  const finished = await table.update(sessionKey(session_id), {
    UpdateExpression: "REMOVE import_unfinished",
    ConditionExpression: "attribute_exists(due_shard) AND #status <> :deleting AND attribute_exists(import_unfinished)",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":deleting": "deleting" },
  });
  if (finished !== undefined) return { status: "imported" };
  const existing = (await table.find(sessionKey(session_id))) as StoredSession | undefined;
  if (existing?.due_shard !== undefined && existing.status !== "deleting") return UNCHANGED;
  // It ended while its history was written: what came too late for the purge is taken back.
  await table.writeBatch({ remove: items });
  return ENDED;
}

/** True when the live session is already what the row says, for a file that was exported from here. */
async function isSame(table: Table, existing: ExportedSession, draft: SessionDraft): Promise<boolean> {
  const { history, import_hash, ...said } = draft;
  const fields = Object.entries(said).every(([name, value]) =>
    isDeepStrictEqual(existing[name as keyof ExportedSession], value),
  );
  return fields && (history.length === 0 || (await hasHistory(table, existing.session_id, history)));
}

async function hasHistory(table: Table, sessionId: string, said: readonly HistoryEntry[]): Promise<boolean> {
  let index = 0;
  for await (const page of historyPages(table, sessionId)) {
    for (const entry of page) if (!isSameEntry(entry, said[index++])) return false;
  }
  return index === said.length;
}

function isSameEntry(stored: HistoryEntry, said: HistoryEntry | undefined): boolean {
  return isDeepStrictEqual({ ...stored, entry_id: "" }, { ...said, entry_id: "" });
}
