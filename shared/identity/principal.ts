/**
 * Who is calling. The authorizer makes one from the bearer token; it travels through API Gateway as the authorizer's
 * context, which holds flat strings only.
 */
export type Principal =
  | { kind: "user"; userId: string; clientId?: string }
  | { kind: "operator"; userId: string; clientId?: string }
  | { kind: "guest"; userId: string; sessionId: string }
  | { kind: "nobody"; reason: string };

export type Somebody = Exclude<Principal, { kind: "nobody" }>;

/** A guest's user id says what it is and belongs to one session only. */
export function guestUserId(sessionId: string): string {
  return `guest_${sessionId}`;
}

export type AuthorizerContext = Record<string, string>;

export function toAuthorizerContext(principal: Principal): AuthorizerContext {
  switch (principal.kind) {
    case "nobody":
      return { kind: principal.kind, reason: principal.reason };
    case "guest":
      return { kind: principal.kind, user_id: principal.userId, session_id: principal.sessionId };
    default:
      return { kind: principal.kind, user_id: principal.userId, client_id: principal.clientId ?? "" };
  }
}

/** Anything that is not exactly what `toAuthorizerContext` makes is nobody. */
export function parseAuthorizerContext(context: unknown): Principal {
  const { kind, user_id, session_id, client_id, reason } = (context ?? {}) as Record<string, unknown>;
  if (kind === "nobody") return { kind, reason: String(reason) };
  if (typeof user_id !== "string" || user_id === "") return { kind: "nobody", reason: "No principal in the request" };
  if (kind === "guest" && typeof session_id === "string") return { kind, userId: user_id, sessionId: session_id };
  if (kind !== "user" && kind !== "operator") return { kind: "nobody", reason: "No principal in the request" };
  return {
    kind,
    userId: user_id,
    ...(typeof client_id === "string" && client_id !== "" ? { clientId: client_id } : {}),
  };
}
