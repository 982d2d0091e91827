import { toTimestamp } from "../clock.ts";
import { AppError } from "../errors.ts";
import { endOf } from "./retention.ts";
import { isForgotten, isTombstone, type SessionRecord, type StoredSession } from "./session-record.ts";
import type { Moment } from "./session-updates.ts";

/** Throws 410 with when and why the session ended. */
export function assertLive(stored: StoredSession, { rules, now }: Moment): asserts stored is SessionRecord {
  const { session_id } = stored;
  if (isForgotten(stored, now)) throw notFound(session_id);
  if (isTombstone(stored)) {
    const { deleted_at, reason } = stored.receipt;
    throw gone(session_id, deleted_at, reason, { receipt: stored.receipt });
  }
  if (stored.status === "deleting") throw gone(session_id, toTimestamp(now), stored.ending_reason ?? "deleted");
  const { at, reason } = endOf(stored, rules);
  if (at.getTime() <= now.getTime()) throw gone(session_id, toTimestamp(at), reason);
}

function gone(sessionId: string, endedAt: string, reason: string, details: object = {}): AppError {
  return new AppError("session_expired", `Cannot use session "${sessionId}": it ended at ${endedAt} (${reason})`, {
    details: { ended_at: endedAt, reason, ...details },
  });
}

/** A session that does not exist, or that the caller may not know of: the two look the same from outside. */
export function notFound(sessionId: string): AppError {
  return new AppError("session_not_found", `Cannot find session "${sessionId}"`);
}
