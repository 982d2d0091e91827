/**
 * Who is calling. The authorizer makes a principal from the bearer token; it travels through API Gateway as the
 * authorizer's context, which holds flat strings only. What a request says beside its token (whom a service acts for)
 * is added by the API, because the gateway keeps one answer of the authorizer for all requests with a token.
 */
import type { Actor } from "../contract/actor.ts";
import { USER_ID_PATTERN } from "../contract/id-patterns.ts";

export type Principal =
  | { kind: "user"; userId: string; clientId?: string }
  | { kind: "operator"; userId: string; clientId?: string }
  | { kind: "guest"; userId: string; sessionId: string }
  /** A program with its own credentials; `userId` is the user it acts for, absent until the request named one. */
  | { kind: "service"; clientId: string; userId?: string }
  | { kind: "nobody"; reason: string };

/** A principal that stands for one user: every one that a handler sees on a route that is not open. */
export type Somebody =
  | Exclude<Principal, { kind: "nobody" | "service" }>
  | { kind: "service"; clientId: string; userId: string };

/** What user ids of guests begin with; nobody else may have such a one. */
export const GUEST_PREFIX = "guest_";

/** A guest's user id says what it is and belongs to one session only. */
export function guestUserId(sessionId: string): string {
  return `${GUEST_PREFIX}${sessionId}`;
}

/** True for what a user or a client may be called. */
export function isPrincipalId(value: unknown): value is string {
  return typeof value === "string" && USER_ID_PATTERN.test(value);
}

/** Who is written down as having done something: a service itself, whomever it acts for. */
export function actorOf(principal: Somebody): Actor {
  return { kind: principal.kind, id: principal.kind === "service" ? principal.clientId : principal.userId };
}

/** A caller's name in the log: `user:ana`, `service:telegram-bot`, `nobody`. */
export function callerOf(principal: Principal): string {
  if (principal.kind === "nobody") return principal.kind;
  return `${principal.kind}:${principal.kind === "service" ? principal.clientId : principal.userId}`;
}

/** Cubby's own doing: conversions, expiry, the sweep. */
export const systemActor: Actor = { kind: "system", id: "cubby" };

export type AuthorizerContext = Record<string, string>;

export function toAuthorizerContext(principal: Principal): AuthorizerContext {
  switch (principal.kind) {
    case "nobody":
      return { kind: principal.kind, reason: principal.reason };
    case "guest":
      return { kind: principal.kind, user_id: principal.userId, session_id: principal.sessionId };
    case "service":
      return { kind: principal.kind, client_id: principal.clientId };
    default:
      return { kind: principal.kind, user_id: principal.userId, client_id: principal.clientId ?? "" };
  }
}

/** Says that the authorizer could not check the token; the API then tries by itself. */
export const uncheckedContext: AuthorizerContext = { kind: "unchecked" };

/**
 * Undefined where no authorizer was asked, or it could not tell: then the token is still to be checked. Anything else
 * that is not exactly what `toAuthorizerContext` makes is nobody.
 */
export function parseAuthorizerContext(context: unknown): Principal | undefined {
  if (context === undefined) return undefined;
  const { kind, user_id, session_id, client_id, reason } = (context ?? {}) as Record<string, unknown>;
  if (kind === "unchecked") return undefined;
  if (kind === "nobody") return { kind, reason: String(reason) };
  if (kind === "service" && isText(client_id)) return { kind, clientId: client_id };
  if (kind === "guest" && isText(user_id) && isText(session_id))
    return { kind, userId: user_id, sessionId: session_id };
  if ((kind === "user" || kind === "operator") && isText(user_id)) {
    return { kind, userId: user_id, ...(isText(client_id) ? { clientId: client_id } : {}) };
  }
  return { kind: "nobody", reason: "No principal in the request" };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
