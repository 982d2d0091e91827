import { alivePending, toPendingApproval } from "../../approvals/approval-record.ts";
import type { PendingApproval } from "../../contract/approval.ts";
import type { SessionRecord } from "../session-record.ts";

/** A session as it leaves: what it is, and not how it is stored. */
export interface ExportedSession
  extends Pick<
    SessionRecord,
    "session_id" | "user_id" | "platform" | "thread_id" | "status" | "created_at" | "last_activity" | "metadata"
  > {
  created_by?: SessionRecord["created_by"];
  retention_wish?: SessionRecord["retention_wish"];
  pending_approval: PendingApproval | null;
}

/** As clients see it: an approval that is late does not wait any more. */
export function toExported(record: SessionRecord, now: Date): ExportedSession {
  const pending = alivePending(record, now);
  return { ...record, pending_approval: pending === undefined ? null : toPendingApproval(pending) };
}
