import { dueShard, sessionKey } from "../aws/item-keys.ts";
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import type { Actor, SessionRequest } from "../contract/session.ts";
import { effectiveRetention, endOf } from "./retention.ts";
import type { SessionRecord } from "./session-record.ts";
import { STORED_FORMAT } from "./stored-format.ts";
import { type Moment, TTL_GRACE_SECONDS } from "./session-updates.ts";

export interface NewSession {
  sessionId: string;
  userId: string;
  createdBy: Actor;
  guestTokenHash?: string;
  /** A claim of its thread points to it. */
  claimsThread?: boolean;
}

/** The record of a session that begins now. Pure. */
export function newSessionRecord(
  { sessionId, userId, createdBy, guestTokenHash, claimsThread }: NewSession,
  request: Omit<SessionRequest, "reuse">,
  { rules, now }: Moment,
): SessionRecord {
  const { platform, retention: wish = {} } = request;
  const began = toTimestamp(now);
  const { at } = endOf({ platform, created_at: began, last_activity: began, retention_wish: wish }, rules);
  return {
    ...sessionKey(sessionId),
    session_id: sessionId,
    stored_format: STORED_FORMAT,
    user_id: userId,
    created_by: createdBy,
    platform,
    thread_id: request.thread_id ?? null,
    style: request.style ?? null,
    status: "active",
    created_at: began,
    last_activity: began,
    expires_at: toTimestamp(at),
    pending_approval: null,
    metadata: request.metadata ?? {},
    retention: effectiveRetention(rules, platform, wish),
    retention_wish: wish,
    file_counts: {},
    folder_bytes: {},
    total_size_bytes: 0,
    claimed_bytes: 0,
    claimed_files: 0,
    database: { version: 0, tables: 0, size_bytes: 0 },
    revision: 1,
    ttl: toEpochSeconds(at) + TTL_GRACE_SECONDS,
    due_shard: dueShard(sessionId),
    due_at: toTimestamp(at),
    conversion_requests: 0,
    conversion_fence: 0,
    ...(claimsThread === true ? { claimed_thread_id: request.thread_id ?? null } : {}),
    ...(guestTokenHash === undefined ? {} : { guest_token_hash: guestTokenHash }),
  };
}
