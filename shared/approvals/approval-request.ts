import { randomUUID } from "node:crypto";
import type { SetApprovalRequest } from "../contract/approval.ts";
import type { Actor } from "../contract/session.ts";
import { AppError } from "../errors.ts";
import type { NewApproval } from "./approval-record.ts";

/** Long enough to fetch a coffee, short enough that nobody approves what he has forgotten. */
const DEFAULT_MS = 15 * 60_000;
/** As old as a session may become. A later wish is answered with this. */
const MAX_MS = 7 * 24 * 3600_000;

/** The approval that a request asks for, with an id of its own. Throws `invalid_request` when it would be late at once. */
export function toNewApproval(request: SetApprovalRequest, requestedBy: Actor, now: Date): NewApproval {
  return {
    approval_id: randomUUID(),
    type: request.type,
    tool_name: request.tool_name,
    tool_call_id: request.tool_call_id ?? null,
    description: request.description ?? null,
    args_json: JSON.stringify(request.args),
    requested_at: now.toISOString(),
    requested_by: requestedBy,
    expires_at: toExpiry(request, now).toISOString(),
  };
}

/** When it will be too late to decide. */
export function toExpiry(
  { expires_at, expires_in_seconds }: Pick<SetApprovalRequest, "expires_at" | "expires_in_seconds">,
  now: Date,
): Date {
  const wanted =
    expires_at === undefined ? (expires_in_seconds ?? 0) * 1000 || DEFAULT_MS : Date.parse(expires_at) - now.getTime();
  if (wanted <= 0) {
    const errors = [{ field: "expires_at", in: "body", message: "is in the past" }];
    throw new AppError("invalid_request", `Cannot ask for approval until "${expires_at}": it is in the past`, {
      details: { errors },
    });
  }
  return new Date(now.getTime() + Math.min(wanted, MAX_MS));
}
