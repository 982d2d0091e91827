/**
 * The one place where access is decided.
 *
 * | principal | may use |
 * |---|---|
 * | user | the sessions whose `user_id` is his |
 * | service | the sessions of the one user that the request names, who must be of the service's namespace |
 * | guest | the one session that his token was made for |
 * | operator | every session, as its owner may; what he writes and ends carries his name |
 *
 * A session that a principal may not use looks to him like one that does not exist. What is "mine" (the
 * current session, new ones, quotas) is an operator's own, too, unless he names another user; only the list of sessions
 * shows him everyone's.
 */
import type { Access } from "../contract/route.ts";
import { AppError } from "../errors.ts";
import type { Principal, Somebody } from "./principal.ts";

/** What access to a session depends on. */
export interface Owned {
  session_id: string;
  user_id: string;
}

export function mayUseSession(principal: Principal, session: Owned): boolean {
  switch (principal.kind) {
    case "operator":
      return true;
    case "user":
    case "service":
      return principal.userId === session.user_id;
    case "guest":
      return principal.sessionId === session.session_id && principal.userId === session.user_id;
    case "nobody":
      return false;
  }
}

/** Whom a call about a user is about: the caller himself, or whomever an operator names. */
export function userInQuestion(principal: Somebody, userId: string | undefined): string {
  if (userId === undefined || userId === principal.userId) return principal.userId;
  if (principal.kind === "operator") return userId;
  throw new AppError("not_allowed", `Cannot answer for user "${userId}": that is for operators`);
}

export function assertOperator(principal: Somebody): void {
  if (principal.kind === "operator") return;
  throw new AppError("not_allowed", "Cannot do this to everyone: it is for operators");
}

/** Throws `not_authenticated` or `not_allowed` when the route is not for this principal. */
export function assertMayCall(principal: Principal, access: Access): void {
  if (access === "open" || access === "maybe_guest") return;
  if (access === "operator" && principal.kind !== "operator" && principal.kind !== "nobody") {
    throw new AppError("not_allowed", "Cannot answer this route: it is for operators");
  }
  if (access === "account" && principal.kind === "guest") {
    throw new AppError("not_allowed", "Cannot answer a guest here: a guest's user does not outlive the session");
  }
  assertSomebody(principal);
}

/** Throws when the principal stands for no user: 401 without a token, 400 for a service that names none. */
export function assertSomebody(principal: Principal): Somebody {
  if (principal.kind === "nobody") throw new AppError("not_authenticated", principal.reason);
  if (principal.kind !== "service") return principal;
  const { userId, ...service } = principal;
  if (userId !== undefined) return { ...service, userId };
  throw new AppError("invalid_request", "Cannot tell whom this service acts for: send the header `Cubby-User-Id`");
}
