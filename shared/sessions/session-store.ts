import { dueShard, sessionKey } from "../aws/item-keys.ts";
import type { Item, Table } from "../aws/table.ts";
import { type Clock, toEpochSeconds, toTimestamp } from "../clock.ts";
import type { Actor, SessionPatch, SessionRequest } from "../contract/session.ts";
import { AppError } from "../errors.ts";
import type { FileDelta } from "../files/file-record.ts";
import { mayUseSession } from "../identity/access.ts";
import type { Somebody } from "../identity/principal.ts";
import { effectiveRetention, expiryOf, expiryReason, type RetentionRules } from "./retention.ts";
import { isExpired, isTombstone, type SessionRecord, type StoredSession } from "./session-record.ts";
import { noteFilesUpdate, patchUpdate, TTL_GRACE_SECONDS, touchUpdate } from "./session-updates.ts";

export interface SessionStoreDeps {
  table: Table;
  clock: Clock;
  rules: RetentionRules;
}

/** Moving an index key costs two more writes, so activity is noted at most this often. */
const TOUCH_INTERVAL_MS = 60_000;
const MAX_LIST_PAGES = 5;

export function createSessionStore({ table, clock, rules }: SessionStoreDeps) {
  /** Stores a new session: one write. */
  async function create(
    owner: { sessionId: string; userId: string; createdBy: Actor; guestTokenHash?: string },
    request: Omit<SessionRequest, "reuse">,
  ): Promise<SessionRecord> {
    const now = clock.now();
    const retention = effectiveRetention(rules, request.platform, request.retention);
    const expires = expiryOf(retention, now, now);
    const record: SessionRecord = {
      ...sessionKey(owner.sessionId),
      session_id: owner.sessionId,
      user_id: owner.userId,
      created_by: owner.createdBy,
      platform: request.platform,
      thread_id: request.thread_id ?? null,
      status: "active",
      created_at: toTimestamp(now),
      last_activity: toTimestamp(now),
      expires_at: toTimestamp(expires),
      pending_approval: null,
      metadata: request.metadata ?? {},
      retention,
      file_counts: {},
      total_size_bytes: 0,
      database: { version: 0, tables: 0, size_bytes: 0 },
      revision: 1,
      ttl: toEpochSeconds(expires) + TTL_GRACE_SECONDS,
      due_shard: dueShard(owner.sessionId),
      due_at: toTimestamp(expires),
      conversion_requests: 0,
      conversion_fence: 0,
      ...(owner.guestTokenHash === undefined ? {} : { guest_token_hash: owner.guestTokenHash }),
    };
    const stored = await table.put(record, { ConditionExpression: "attribute_not_exists(pk)" });
    if (!stored) throw new Error(`Cannot create "${owner.sessionId}": the id is taken`);
    return record;
  }

  /** Whatever stands under the id, without any check of access or expiry. */
  async function findStored(sessionId: string): Promise<StoredSession | undefined> {
    return (await table.find(sessionKey(sessionId))) as StoredSession | undefined;
  }

  /**
   * The live session. 404 when it does not exist or is somebody else's (the two look the same from outside),
   * 410 with when and why once it is over.
   */
  async function get(principal: Somebody, sessionId: string): Promise<SessionRecord> {
    return admit(principal, sessionId, await findStored(sessionId));
  }

  /** What `get` decides, for a record that somebody else has read already. */
  function admit(principal: Somebody, sessionId: string, stored: StoredSession | undefined): SessionRecord {
    if (stored === undefined || !mayUseSession(principal, ownership(stored))) throw notFound(sessionId);
    assertLive(stored, clock.now());
    return stored as SessionRecord;
  }

  /** Live sessions of one user, newest first; one query as long as few of them are over. */
  async function list(userId: string, limit: number, start?: ListPosition): Promise<ListPage> {
    const sessions: SessionRecord[] = [];
    let position = start;
    for (let page = 0; page < MAX_LIST_PAGES; page++) {
      const answer = await queryByUser(userId, limit + 1, position);
      const live = answer.items as SessionRecord[];
      sessions.push(...live);
      const last = answer.last as Item | undefined;
      if (sessions.length > limit) return { sessions: sessions.slice(0, limit), next: positionOf(sessions[limit - 1]) };
      if (last === undefined) return { sessions, next: undefined };
      position = { created_at: String(last.created_at), pk: String(last.pk) };
    }
    return { sessions, next: position };
  }

  function queryByUser(userId: string, limit: number, position: ListPosition | undefined) {
    return table.queryPage({
      IndexName: "by_user",
      KeyConditionExpression: "user_id = :user",
      FilterExpression: "#status <> :deleting AND expires_at > :now",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":user": userId, ":deleting": "deleting", ":now": toTimestamp(clock.now()) },
      ScanIndexForward: false,
      Limit: limit,
      ...(position === undefined ? {} : { ExclusiveStartKey: { ...position, sk: "META", user_id: userId } }),
    });
  }

  /** Notes activity, at most once a minute; the record as it is now. 410 when the session ended meanwhile. */
  async function touch(record: SessionRecord): Promise<SessionRecord> {
    const now = clock.now();
    if (now.getTime() - Date.parse(record.last_activity) < TOUCH_INTERVAL_MS) return record;
    const updated = await table.update(record, touchUpdate(record, now));
    return (updated as SessionRecord | undefined) ?? current(record.session_id);
  }

  /**
   * Counts files that came or went, notes the activity and, with `convert`, asks for a conversion: one write. Throws
   * 410 when the session ended meanwhile; the caller then takes back what it stored.
   */
  async function noteFiles(
    record: SessionRecord,
    deltas: readonly FileDelta[],
    options: { convert: boolean },
  ): Promise<SessionRecord> {
    const updated = await table.update(record, noteFilesUpdate(record, deltas, options, clock.now()));
    if (updated !== undefined) return updated as SessionRecord;
    await current(record.session_id); // says why
    throw new AppError("conflict", `Cannot change "${record.session_id}": it changed meanwhile`);
  }

  /** Applies the owner's changes to the revision that was seen. 412 when another change came first. */
  async function patch(record: SessionRecord, change: SessionPatch): Promise<SessionRecord> {
    const updated = await table.update(record, patchUpdate(record, change, rules, clock.now()));
    if (updated !== undefined) return updated as SessionRecord;
    await current(record.session_id);
    throw new AppError("precondition_failed", `Cannot change "${record.session_id}": it was changed meanwhile`);
  }

  /** The session as it is now; 410 or 404 when it is over. For callers whose access was already decided. */
  async function current(sessionId: string): Promise<SessionRecord> {
    const stored = await findStored(sessionId);
    if (stored === undefined) throw notFound(sessionId);
    assertLive(stored, clock.now());
    return stored as SessionRecord;
  }

  return { create, findStored, get, admit, list, touch, noteFiles, patch, current };
}

export type SessionStore = ReturnType<typeof createSessionStore>;

export interface ListPosition {
  created_at: string;
  pk: string;
}

interface ListPage {
  sessions: SessionRecord[];
  next: ListPosition | undefined;
}

function positionOf(record: SessionRecord | undefined): ListPosition | undefined {
  return record === undefined ? undefined : { created_at: record.created_at, pk: record.pk };
}

/** Who owned it, also once it is gone. */
export function ownership(stored: StoredSession) {
  const userId = isTombstone(stored) ? stored.owner_user_id : stored.user_id;
  return { session_id: stored.session_id, user_id: userId };
}

function notFound(sessionId: string): AppError {
  return new AppError("session_not_found", `Cannot find session "${sessionId}"`);
}

/** Throws 410 with when and why the session ended. */
export function assertLive(stored: StoredSession, now: Date): void {
  if (isTombstone(stored)) {
    const { deleted_at, reason } = stored.receipt;
    throw gone(stored.session_id, deleted_at, reason, { receipt: stored.receipt });
  }
  if (stored.status === "deleting") throw gone(stored.session_id, toTimestamp(now), stored.ending_reason ?? "deleted");
  if (!isExpired(stored, now)) return;
  throw gone(
    stored.session_id,
    stored.expires_at,
    expiryReason(stored.retention, stored.created_at, stored.expires_at),
  );
}

function gone(sessionId: string, endedAt: string, reason: string, details: object = {}): AppError {
  return new AppError("session_expired", `Cannot use session "${sessionId}": it ended at ${endedAt} (${reason})`, {
    details: { ended_at: endedAt, reason, ...details },
  });
}
