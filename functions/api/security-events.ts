/**
 * Refusals that somebody may want to hear of: who was not who he said, who asked for what is not his, and who sent what
 * only an attack looks like. One of them is a mistake; many of one caller are worth a look.
 */
import type { AppError, ProblemCode } from "../../shared/errors.ts";
import type { Log } from "../../shared/log.ts";
import { tracedCall } from "../../shared/trace.ts";

const events: Partial<Record<ProblemCode, string>> = {
  not_authenticated: "authentication_failed",
  not_allowed: "authorization_failed",
  // Another's session answers as an absent one does, in the log as well: whose it is was never asked.
  session_not_found: "unknown_session",
  path_not_allowed: "path_refused",
  archive_refused: "archive_refused",
  statement_refused: "statement_refused",
  query_crashed: "query_crashed",
  too_many_sessions: "limit_reached",
  session_full: "limit_reached",
  user_quota_exceeded: "limit_reached",
};

/** Sentences of ours alone: those of the other refusals repeat names, paths and statements of the caller. */
const withReason: ReadonlySet<ProblemCode> = new Set(["not_authenticated", "not_allowed"]);

/** Notes the refusal where it is a security event, with the caller as far as he is known. */
export function logSecurityEvent({ code, message }: AppError, log: Log): void {
  const event = events[code];
  if (event === undefined) return;
  const reason = withReason.has(code) ? { reason: message } : {};
  log.warn("Security event", { security_event: event, code, ...tracedCall(), ...reason });
}
