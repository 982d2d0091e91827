/** Ending many sessions at once, on somebody's word. */
import { PREFERENCES } from "../../../shared/aws/item-keys.ts";
import * as contract from "../../../shared/contract/routes.ts";
import type { Cleared } from "../../../shared/contract/account.ts";
import { userId } from "../../../shared/contract/values.ts";
import type { EndingReason } from "../../../shared/contract/session.ts";
import { AppError, isAppError } from "../../../shared/errors.ts";
import { assertOperator, userInQuestion } from "../../../shared/identity/access.ts";
import { actorOf, type Somebody } from "../../../shared/identity/principal.ts";
import { everySession, sessionsOfUser } from "../../../shared/sessions/all-sessions.ts";
import * as clearing from "../../../shared/sessions/clear-sessions.ts";
import type { SessionRecord } from "../../../shared/sessions/session-record.ts";
import { removeUserItems } from "../../../shared/sessions/user-items.ts";
import { answer } from "../answer.ts";
import type { ApiDeps } from "../deps.ts";
import { toItemProblem } from "../problem.ts";

const EVERYONE = "everyone";

/** `DELETE /v1/sessions`: those that exist now; one made while this runs is the start of something new. */
export const clearSessions = answer(contract.clearSessions, async ({ query, principal, deps, requestId }) => {
  const now = deps.clock.now();
  const run = (sessions: AsyncIterable<SessionRecord>) =>
    end(deps, sessions, { reason: "cleared", principal, requestId });
  if (query.all === "true") {
    assertOperator(principal);
    if (query.user_id !== undefined) {
      throw new AppError("invalid_request", "Cannot clear: send either `user_id` or `all=true`");
    }
    assertConfirmed(query.confirm, EVERYONE, "everyone's sessions");
    return { body: await run(everySession(deps.table, now)) };
  }
  const whose = userInQuestion(principal, query.user_id);
  if (query.user_id !== undefined && whose !== principal.userId) {
    assertConfirmed(query.confirm, whose, `the sessions of user "${whose}"`);
  }
  // Somebody who confirms meant more than his own.
  if (query.user_id === undefined && query.confirm !== undefined) {
    throw new AppError("invalid_request", "Cannot tell what `confirm` is for: send also `user_id` or `all=true`");
  }
  const cleared = await run(sessionsOfUser(deps.table, whose, now));
  // Answers kept for repeated calls still describe the sessions that are gone.
  await removeUserItems(deps.table, whose, "answers");
  return { body: cleared };
});

/** `DELETE /v1/users/{user_id}` */
export const evictUser = answer(contract.evictUser, async ({ params, query, principal, deps, requestId }) => {
  const evicted = parseUserId(params.user_id);
  assertConfirmed(query.confirm, evicted, `user "${evicted}" with all that is kept of him`);
  const sessions = sessionsOfUser(deps.table, evicted, deps.clock.now());
  const cleared = await end(deps, sessions, { reason: "evicted", principal, requestId });
  const items = await removeUserItems(deps.table, evicted);
  const preferencesRemoved = items.some((item) => item.sk === PREFERENCES);
  return {
    body: { ...cleared, user_id: evicted, preferences_removed: preferencesRemoved, items_removed: items.length },
  };
});

/** The path's user id; 400 for what no user can be called. */
function parseUserId(text: string | undefined): string {
  const parsed = userId.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new AppError("invalid_request", `Cannot evict "${text}": it is not a user id`);
}

/** Throws with the value that must be sent, so that nobody has to look it up, and nobody sends it by accident. */
function assertConfirmed(confirm: string | undefined, wanted: string, what: string): void {
  if (confirm === wanted) return;
  throw new AppError("confirmation_needed", `Cannot remove ${what}: confirm with \`confirm=${wanted}\``, {
    details: { confirm: wanted },
  });
}

function end(
  deps: ApiDeps,
  sessions: AsyncIterable<SessionRecord>,
  how: { reason: EndingReason; principal: Somebody; requestId: string },
): Promise<Cleared> {
  return clearing.clearSessions(deps, sessions, {
    reason: how.reason,
    by: actorOf(how.principal),
    limits: clearing.defaultClearLimits,
    toFailure(sessionId, error) {
      deps.log.error("Session not ended", { request_id: how.requestId, session_id: sessionId, error });
      const known = isAppError(error) ? error : new AppError("internal", "Something went wrong here: call again");
      return { session_id: sessionId, ...toItemProblem(known) };
    },
  });
}
