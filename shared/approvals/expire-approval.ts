import { isAppError } from "../errors.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import type { ApprovalStore } from "./approval-store.ts";

/**
 * For the sweep, once a session's `approval_due_at` has come: writes down that its approval expired, and history
 * entries that a process which died left unwritten; the alarm clock is set again. True when an approval expired.
 */
export async function expireApproval(deps: { approvals: ApprovalStore }, record: SessionRecord): Promise<boolean> {
  try {
    return await deps.approvals.expire(record);
  } catch (error) {
    // The session itself is over: nothing is left that could expire.
    if (isAppError(error, "session_expired", "session_not_found")) return false;
    throw error;
  }
}
