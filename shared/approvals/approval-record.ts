/**
 * An approval at rest. All of it lives in the session's own item: `pending_approval` (what waits), `last_approval`
 * (how the one before ended), `approval_outbox` (history entries of steps that were taken but perhaps not written down
 * yet) and `approval_due_at` (when the sweep must look: the pending one's expiry, or soon while the outbox is full).
 */
import type { EndedApproval, PendingApproval } from "../contract/approval.ts";
import type { HistoryEntry } from "../contract/history.ts";

/**
 * `args` is kept as JSON text: a table's numbers are neither as large nor as small as JSON's, and its documents not as
 * deep. Whatever a person approves must come back exactly.
 */
export interface StoredApproval extends Omit<PendingApproval, "args" | "status"> {
  args_json: string;
  /** Of the history entry that tells of the request, so that the entry of its end comes behind it. */
  entry_id: string;
}

/** One that was asked for and is not stored yet. */
export type NewApproval = Omit<StoredApproval, "entry_id">;

/** A history entry that is to be written, the same however often. Its metadata is JSON text for the same reason. */
export interface OutboxEntry extends Omit<HistoryEntry, "metadata"> {
  metadata_json: string;
}

/** What approvals add to a session's item. */
export interface ApprovalFields {
  pending_approval: StoredApproval | null;
  last_approval?: EndedApproval;
  approval_outbox?: OutboxEntry[];
  approval_due_at?: string;
}

/** The approval as clients see it. */
export function toPendingApproval({ args_json, entry_id: _, ...asked }: StoredApproval): PendingApproval {
  return { ...asked, status: "pending", args: JSON.parse(args_json) };
}

/** What still waits for a person at this moment; one that is late does not, whatever the sweep has done so far. */
export function alivePending({ pending_approval }: ApprovalFields, now: Date): StoredApproval | undefined {
  return pending_approval === null || isLate(pending_approval, now) ? undefined : pending_approval;
}

/** True from the first moment on at which it is too late to decide. */
export function isLate(approval: StoredApproval, now: Date): boolean {
  return Date.parse(approval.expires_at) <= now.getTime();
}
