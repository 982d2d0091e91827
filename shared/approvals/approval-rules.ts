/**
 * What may become of an approval, as pure rules: a step is judged against the record as it is, and the verdict is a
 * change to make, an answer to give, or the reason why not. `approval-store.ts` makes the changes and judges again.
 *
 * Who may set, decide and withdraw is not asked here: whoever may use the session may (`identity/access.ts`), that is
 * its owner, a service that acts for him, the guest of the session, and operators.
 */
import type { EndedApproval } from "../contract/approval.ts";
import type { Actor } from "../contract/session.ts";
import type { AppError } from "../errors.ts";
import { systemActor } from "../identity/principal.ts";
import { fateOf, notFound, stillPending } from "./approval-problems.ts";
import { type ApprovalFields, isLate, type NewApproval, type StoredApproval } from "./approval-record.ts";

/** A step from one state to the next; it applies only while `sees` is what is pending (undefined: nothing is). */
export interface Change {
  sees: StoredApproval | undefined;
  ends?: EndedApproval;
  begins?: NewApproval;
}

export type Verdict =
  | { kind: "change"; change: Change }
  | { kind: "pending"; approval: StoredApproval }
  | { kind: "ended"; approval: EndedApproval }
  | { kind: "refused"; problem: AppError };

/** How somebody wishes to end an approval: the one called `target`, or whichever ended last. */
export interface Ending {
  target: string | undefined;
  outcome: "approved" | "rejected" | "withdrawn";
  actor: Actor;
  comment?: string | undefined;
}

/** Setting: one at a time. The same call again by the same actor is answered with what it set the first time. */
export function judgeSetting({ pending_approval: seen }: ApprovalFields, wanted: NewApproval, now: Date): Verdict {
  if (seen === null) return change({ sees: undefined, begins: wanted });
  if (seen.approval_id === wanted.approval_id) return { kind: "pending", approval: seen };
  if (isLate(seen, now)) return change({ sees: seen, ends: expired(seen), begins: wanted });
  if (isSameCall(seen, wanted)) return { kind: "pending", approval: seen };
  return { kind: "refused", problem: stillPending(seen) };
}

/** Deciding and withdrawing: once. The same again by the same actor is answered with what it did the first time. */
export function judgeEnding(fields: ApprovalFields, ending: Ending, now: Date): Verdict {
  const { pending_approval: seen, last_approval: last } = fields;
  if (seen !== null && isMeant(seen, ending)) {
    return change({ sees: seen, ends: isLate(seen, now) ? expired(seen) : ended(seen, ending, now) });
  }
  if (last === undefined || !isMeant(last, ending)) return { kind: "refused", problem: notFound(ending.target, last) };
  if (last.status === ending.outcome && isSameActor(last.decided_by, ending.actor)) {
    return { kind: "ended", approval: last };
  }
  return { kind: "refused", problem: fateOf(last) };
}

/** Reading: what waits, or how the last one ended. Whoever finds one that is late sees to it that it is written down. */
export function judgeReading({ pending_approval: seen, last_approval: last }: ApprovalFields, now: Date): Verdict {
  if (seen === null) return { kind: "refused", problem: notFound(undefined, last) };
  return isLate(seen, now) ? change({ sees: seen, ends: expired(seen) }) : { kind: "pending", approval: seen };
}

function change(made: Change): Verdict {
  return { kind: "change", change: made };
}

function isMeant(approval: { approval_id: string }, { target }: Ending): boolean {
  return target === undefined || target === approval.approval_id;
}

function ended(seen: StoredApproval, { outcome, actor, comment }: Ending, now: Date): EndedApproval {
  return {
    ...withoutArgs(seen),
    status: outcome,
    decision: outcome === "withdrawn" ? null : outcome,
    decided_at: now.toISOString(),
    decided_by: actor,
    comment: comment ?? null,
  };
}

/** It ended at its very expiry, whoever notices it whenever: so the answer is the same before and after. */
function expired(seen: StoredApproval): EndedApproval {
  return {
    ...withoutArgs(seen),
    status: "expired",
    decision: null,
    decided_at: seen.expires_at,
    decided_by: systemActor,
    comment: null,
  };
}

/** The session's item is read and written all the time: what was asked in full stays in the history alone. */
function withoutArgs({ args_json: _args, entry_id: _id, ...asked }: StoredApproval) {
  return asked;
}

/** A call without an id of its own may be the second of two alike, so it is never taken for a repetition. */
function isSameCall(seen: StoredApproval, wanted: NewApproval): boolean {
  const fields = ["tool_call_id", "type", "tool_name", "description", "args_json"] as const;
  return (
    wanted.tool_call_id !== null &&
    fields.every((field) => seen[field] === wanted[field]) &&
    isSameActor(seen.requested_by, wanted.requested_by)
  );
}

function isSameActor(one: Actor, other: Actor): boolean {
  return one.kind === other.kind && one.id === other.id;
}
