import { dueShard, sessionKey } from "../aws/item-keys.ts";
import type { Item, Table } from "../aws/table.ts";
import { type Clock, toEpochSeconds, toTimestamp } from "../clock.ts";
import type { SessionPatch, SessionRequest } from "../contract/session.ts";
import { AppError } from "../errors.ts";
import type { FileDelta } from "../files/file-record.ts";
import { mayUseSession } from "../identity/access.ts";
import type { Somebody } from "../identity/principal.ts";
import { effectiveRetention, expiryOf, expiryReason, type RetentionRules } from "./retention.ts";
import { dueAt, isExpired, isTombstone, type SessionRecord, type StoredSession } from "./session-record.ts";

export interface SessionStoreDeps {
  table: Table;
  clock: Clock;
  rules: RetentionRules;
}

/** Long enough for the sweep to have been down over a weekend's evening; TTL is only the second net. */
const TTL_GRACE_SECONDS = 2 * 24 * 3600;
/** Moving an index key costs two more writes, so activity is noted at most this often. */
const TOUCH_INTERVAL_MS = 60_000;
const MAX_LIST_PAGES = 5;
/** How long an upload's own conversion may take before the sweep asks whether somebody does it. */
const CONVERSION_PATIENCE_MS = 2 * 60_000;

export function createSessionStore({ table, clock, rules }: SessionStoreDeps) {
  /** Stores a new session: one write. */
  async function create(
    owner: { sessionId: string; userId: string; guestTokenHash?: string },
    request: Omit<SessionRequest, "reuse">,
  ): Promise<SessionRecord> {
    const now = clock.now();
    const retention = effectiveRetention(rules, request.platform, request.retention);
    const expires = expiryOf(retention, now, now);
    const record: SessionRecord = {
      ...sessionKey(owner.sessionId),
      session_id: owner.sessionId,
      user_id: owner.userId,
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
    const stored = await findStored(sessionId);
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
    const expires = expiryOf(record.retention, new Date(record.created_at), now);
    const waiting = record.conversion_due_at;
    const updated = await table.update(record, {
      UpdateExpression: "SET last_activity = :now, expires_at = :expires, due_at = :due, #ttl = :ttl",
      // The alarm clock also rings for conversions: if one was asked for meanwhile, this touch would set it too late.
      ConditionExpression: `${LIVE} AND ${waiting === undefined ? "attribute_not_exists(conversion_due_at)" : "conversion_due_at = :waiting"}`,
      ExpressionAttributeNames: { "#status": "status", "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":now": toTimestamp(now),
        ":deleting": "deleting",
        ":expires": toTimestamp(expires),
        ":due": dueAt(toTimestamp(expires), waiting),
        ":ttl": toEpochSeconds(expires) + TTL_GRACE_SECONDS,
        ...(waiting === undefined ? {} : { ":waiting": waiting }),
      },
    });
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
    const now = clock.now();
    const expires = toTimestamp(expiryOf(record.retention, new Date(record.created_at), now));
    const convertBy = toTimestamp(new Date(now.getTime() + CONVERSION_PATIENCE_MS));
    const counts = countsByFolder(deltas);
    const sets = [
      "last_activity = :now",
      "expires_at = :expires",
      "due_at = :due",
      "#ttl = :ttl",
      "revision = revision + :one",
      "total_size_bytes = total_size_bytes + :bytes",
      "conversion_requests = conversion_requests + :requests",
      ...(options.convert ? ["conversion_due_at = :convert_by"] : []),
      ...counts.map((_, index) => `file_counts.#f${index} = if_not_exists(file_counts.#f${index}, :zero) + :f${index}`),
    ];
    const updated = await table.update(record, {
      UpdateExpression: `SET ${sets.join(", ")}`,
      ConditionExpression: LIVE,
      ExpressionAttributeNames: {
        "#status": "status",
        "#ttl": "ttl",
        ...Object.fromEntries(counts.map(([folder], index) => [`#f${index}`, folder])),
      },
      ExpressionAttributeValues: {
        ":now": toTimestamp(now),
        ":expires": expires,
        // Too early is harmless, the sweep looks again; so a conversion that may be waiting is assumed to be.
        ":due": dueAt(expires, options.convert ? convertBy : record.conversion_due_at),
        ":ttl": toEpochSeconds(new Date(expires)) + TTL_GRACE_SECONDS,
        ":one": 1,
        ":bytes": deltas.reduce((sum, delta) => sum + delta.bytes, 0),
        ":requests": options.convert ? 1 : 0,
        ":deleting": "deleting",
        ...(options.convert ? { ":convert_by": convertBy } : {}),
        ...(counts.length === 0 ? {} : { ":zero": 0 }),
        ...Object.fromEntries(counts.map(([, files], index) => [`:f${index}`, files])),
      },
    });
    if (updated !== undefined) return updated as SessionRecord;
    await current(record.session_id); // says why
    throw new AppError("conflict", `Cannot change "${record.session_id}": it changed meanwhile`);
  }

  /** Applies the owner's changes to the revision that was seen. 412 when another change came first. */
  async function patch(record: SessionRecord, change: SessionPatch): Promise<SessionRecord> {
    const now = clock.now();
    const retention =
      change.retention === undefined ? record.retention : effectiveRetention(rules, record.platform, change.retention);
    const expires = toTimestamp(expiryOf(retention, new Date(record.created_at), now));
    const updated = await table.update(record, {
      UpdateExpression:
        "SET thread_id = :thread, metadata = :metadata, retention = :retention, last_activity = :now, expires_at = :expires, due_at = :due, #ttl = :ttl, #status = :status, revision = revision + :one",
      ConditionExpression: `revision = :seen AND ${LIVE}`,
      ExpressionAttributeNames: { "#status": "status", "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":thread": change.thread_id === undefined ? record.thread_id : change.thread_id,
        ":metadata": change.metadata ?? record.metadata,
        ":retention": retention,
        ":status": change.status ?? record.status,
        ":now": toTimestamp(now),
        ":expires": expires,
        ":due": dueAt(expires, record.conversion_due_at),
        ":ttl": toEpochSeconds(new Date(expires)) + TTL_GRACE_SECONDS,
        ":one": 1,
        ":seen": record.revision,
        ":deleting": "deleting",
      },
    });
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

  return { create, findStored, get, list, touch, noteFiles, patch, current };
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

/** A session that may still be changed. Needs `#status`, `:deleting` and `:now`. */
const LIVE = "#status <> :deleting AND expires_at > :now";

function positionOf(record: SessionRecord | undefined): ListPosition | undefined {
  return record === undefined ? undefined : { created_at: record.created_at, pk: record.pk };
}

function countsByFolder(deltas: readonly FileDelta[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { folder, files } of deltas) counts.set(folder, (counts.get(folder) ?? 0) + files);
  return [...counts];
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
