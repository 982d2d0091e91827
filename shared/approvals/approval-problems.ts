/** How a caller is told what became of an approval: who did what, and when. */
import type { EndedApproval } from "../contract/approval.ts";
import { AppError, type ProblemCode } from "../errors.ts";
import { type StoredApproval, toPendingApproval } from "./approval-record.ts";

export function stillPending(seen: StoredApproval): AppError {
  return new AppError("approval_pending", `Cannot ask for approval: "${seen.tool_name}" still waits for a decision`, {
    details: { approval: toPendingApproval(seen) },
  });
}

export function notFound(target: string | undefined, last: EndedApproval | undefined): AppError {
  const message =
    target === undefined ? "Cannot find a pending approval in this session" : `Cannot find approval "${target}"`;
  return new AppError("approval_not_found", message, { details: { last_approval: last ?? null } });
}

const codes: Record<EndedApproval["status"], ProblemCode> = {
  approved: "approval_decided",
  rejected: "approval_decided",
  withdrawn: "approval_withdrawn",
  expired: "approval_expired",
};

/** The problem of one who came too late. Field by field: `type` and `status` are words of problem documents too. */
export function fateOf(last: EndedApproval): AppError {
  const { approval_id, decision, decided_at, decided_by, comment } = last;
  const who = last.status === "expired" ? "it" : `${decided_by.kind} "${decided_by.id}" had it`;
  return new AppError(
    codes[last.status],
    `Cannot decide on "${last.tool_name}": ${who} ${last.status} at ${decided_at}`,
    {
      details: { approval_id, decision, decided_at, decided_by, comment },
    },
  );
}
