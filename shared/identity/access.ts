/** The one place where access is decided. */
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
      return principal.userId === session.user_id;
    case "guest":
      return principal.sessionId === session.session_id && principal.userId === session.user_id;
    case "nobody":
      return false;
  }
}

/** Throws `not_authenticated` or `not_allowed` when the route is not for this principal. */
export function assertMayCall(principal: Principal, access: Access): void {
  if (access === "open" || access === "maybe_guest") return;
  const somebody = assertSomebody(principal);
  if (access === "operator" && somebody.kind !== "operator") {
    throw new AppError("not_allowed", "Cannot answer this route: it is for operators");
  }
}

export function assertSomebody(principal: Principal): Somebody {
  if (principal.kind === "nobody") throw new AppError("not_authenticated", principal.reason);
  return principal;
}
