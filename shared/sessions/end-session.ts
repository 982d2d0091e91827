/**
 * The one door through which a session ends: mark, objects, items, tombstone.
 *
 * The order matters. From the mark on nobody sees the session. If a run dies half-way it is still `deleting` and due
 * at once, so the next sweep finishes the job; any other order would leave objects that nothing points to. An empty
 * session costs four requests.
 */
import type { Bucket } from "../aws/bucket.ts";
import {
  type ItemKey,
  META,
  PREFIX,
  sessionKey,
  sessionPartition,
  threadKey,
  userPartition,
} from "../aws/item-keys.ts";
import { keysInPartition } from "../aws/item-queries.ts";
import { sessionPrefix } from "../aws/object-keys.ts";
import type { Item, Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { Actor, EndingReason, Receipt } from "../contract/session.ts";
import { isTombstone, newTombstone, type SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";
import { whileReadable } from "./stored-format.ts";

export interface EndSessionDeps {
  bucket: Pick<Bucket, "removePrefix" | "abortUploads">;
  table: Table;
  sessions: SessionStore;
  clock: Clock;
  /** Told of each session that is over, by the one of several who ended it. */
  onSessionEnded?: (reason: EndingReason) => void;
}

export interface EndOptions {
  /** The last activity that was seen: a session that woke up meanwhile stays. */
  ifUnusedSince?: string;
  /** Who wants it, where somebody does; stands in the receipt. */
  by?: Actor;
}

/**
 * Ends the session and answers its receipt; the receipt of before when it was already gone. With `ifUnusedSince` a
 * session that woke up meanwhile is left alone, and the answer is undefined.
 */
export async function endSession(
  deps: EndSessionDeps,
  record: SessionRecord,
  reason: EndingReason,
  options: EndOptions = {},
): Promise<Receipt | undefined> {
  const marked = record.status === "deleting" ? record : await mark(deps, record, reason, options);
  if (marked !== undefined) return finish(deps, marked);
  const stored = await deps.sessions.findStored(record.session_id);
  if (stored === undefined) return undefined;
  if (isTombstone(stored)) return stored.receipt;
  return stored.status === "deleting" ? finish(deps, stored) : undefined;
}

/**
 * Ends a session of this user without reading it first, which saves one request of five; the condition on its owner is
 * what `mayUseSession` says of all but operators. Undefined when that is not to
 * be had: it is not there, not his, or ending already; the caller then looks what it is.
 */
export async function endSessionOf(
  deps: EndSessionDeps,
  { sessionId, userId }: { sessionId: string; userId: string },
  reason: EndingReason,
  by: Actor,
): Promise<Receipt | undefined> {
  const marked = await mark(deps, sessionKey(sessionId), reason, { by, ofUser: userId });
  return marked === undefined ? undefined : finish(deps, marked);
}

/**
 * Ends the session for everybody and lets what it holds lie: for `endSession` with the record that is answered, or for the
 * next sweep. Undefined for one that woke up meanwhile, is over, or is being ended by somebody else, who goes on with it.
 */
export function markEnding(
  deps: EndSessionDeps,
  record: SessionRecord,
  reason: EndingReason,
  options: Pick<EndOptions, "ifUnusedSince">,
): Promise<SessionRecord | undefined> {
  return mark(deps, record, reason, options);
}

async function mark(
  deps: EndSessionDeps,
  key: ItemKey,
  reason: EndingReason,
  options: EndOptions & { ofUser?: string },
) {
  const { ifUnusedSince: seen, by, ofUser } = options;
  const unchanged = seen === undefined ? "" : " AND last_activity = :seen";
  const owned = ofUser === undefined ? "" : " AND user_id = :owner";
  const now = toTimestamp(deps.clock.now());
  const updated = await deps.table.update(key, {
    UpdateExpression: `SET #status = :deleting, ending_reason = :reason, due_at = :now${by === undefined ? "" : ", ended_by = :by"}`,
    ConditionExpression: `attribute_exists(due_shard) AND #status <> :deleting AND ${whileReadable.condition}${unchanged}${owned}`,
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: {
      ":deleting": "deleting",
      ":reason": reason,
      ":now": now,
      ...whileReadable.values,
      ...(seen === undefined ? {} : { ":seen": seen }),
      ...(ofUser === undefined ? {} : { ":owner": ofUser }),
      ...(by === undefined ? {} : { ":by": by }),
    },
  });
  return updated as SessionRecord | undefined;
}

/** Removes what a marked session still has; safe to run twice and at the same time. */
async function finish(deps: EndSessionDeps, record: SessionRecord): Promise<Receipt> {
  const { items, answers, uploads } = await listItems(deps.table, record);
  if (uploads > 0) await deps.bucket.abortUploads(sessionPrefix(record.session_id));
  const removed = await deps.bucket.removePrefix(sessionPrefix(record.session_id));
  if (items.length > 0) await deps.table.writeBatch({ remove: [...items, ...answers] });
  await removeThreadClaim(deps.table, record);
  const receipt: Receipt = {
    session_id: record.session_id,
    reason: record.ending_reason ?? "deleted",
    ...(record.ended_by === undefined ? {} : { ended_by: record.ended_by }),
    deleted_at: toTimestamp(deps.clock.now()),
    ...removed,
    items: items.length + 1, // the session's own item, which the tombstone replaces
    tables: record.database.tables,
  };
  const stored = await deps.table.put(newTombstone(record, receipt), {
    ConditionExpression: "#status = :deleting",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":deleting": "deleting" },
  });
  if (stored) {
    deps.onSessionEnded?.(receipt.reason);
    return receipt;
  }
  const winner = await deps.sessions.findStored(record.session_id);
  return winner !== undefined && isTombstone(winner) ? winner.receipt : receipt;
}

/** A claim that was taken over since points to another session and stays. */
async function removeThreadClaim(table: Table, { claimed_thread_id, ...record }: SessionRecord): Promise<void> {
  if (claimed_thread_id === undefined) return;
  await table.remove(threadKey(record.user_id, record.platform, claimed_thread_id), {
    ConditionExpression: "session_id = :id",
    ExpressionAttributeValues: { ":id": record.session_id },
  });
}

/** `answers` are those that stand with the user and tell of this session. */
async function listItems(table: Table, { session_id, user_id }: SessionRecord) {
  const items: Item[] = [];
  const answers: ItemKey[] = [];
  let uploads = 0;
  const query = { ...keysInPartition(sessionPartition(session_id)), ProjectionExpression: "pk, sk, tied" };
  for await (const item of table.queryAll(query)) {
    if (item.sk === META) continue;
    // An archive being built is an upload too, and its worker may be dead.
    if (item.sk.startsWith(PREFIX.upload) || item.sk.startsWith(PREFIX.archive)) uploads++;
    if (item.tied === true) answers.push({ pk: userPartition(user_id), sk: item.sk });
    items.push(item);
  }
  return { items, answers, uploads };
}
