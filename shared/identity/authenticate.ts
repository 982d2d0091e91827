import { JwtRsaVerifier } from "aws-jwt-verify";
import { JwtBaseError } from "aws-jwt-verify/error";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";
import { sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { guestTokenMatches, guestTokenSession } from "./guest-token.ts";
import { GUEST_PREFIX, guestUserId, isPrincipalId, type Principal } from "./principal.ts";

export interface OidcSettings {
  issuer: string;
  audience: string;
  /** Where the keys are, if not where the issuer's discovery convention has them. */
  jwksUri?: string;
}

export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

/**
 * Turns an Authorization header into a principal. Never throws for a bad token: it answers `nobody` with the reason,
 * and the API turns that into a 401 problem document, which API Gateway's own 403 would not be.
 */
export function createAuthenticate(table: Table, oidc: OidcSettings | undefined): Authenticate {
  const verify = oidc === undefined ? undefined : createVerify(oidc);
  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return nobody("Cannot authenticate: send the header `Authorization: Bearer <token>`");
    const sessionId = guestTokenSession(token);
    if (sessionId !== undefined) return authenticateGuest(table, token, sessionId);
    if (verify === undefined) return nobody("Cannot authenticate: this deployment has no token issuer");
    return verify(token);
  };
}

async function authenticateGuest(table: Table, token: string, sessionId: string): Promise<Principal> {
  const item = await table.find(sessionKey(sessionId));
  if (!guestTokenMatches(token, item?.guest_token_hash)) {
    return nobody("Cannot authenticate: this guest token is not valid");
  }
  return { kind: "guest", userId: guestUserId(sessionId), sessionId };
}

function createVerify({ issuer, audience, jwksUri }: OidcSettings): (token: string) => Promise<Principal> {
  // Cognito's access tokens name their client in `client_id` and have no `aud`; other issuers have `aud`.
  const properties = { issuer, audience: null, ...(jwksUri === undefined ? {} : { jwksUri }) };
  // The library's own fetcher speaks https only; the issuer of a local host is on loopback.
  const jwksCache = new SimpleJwksCache({ fetcher: { fetch: fetchKeys } });
  const verifier = JwtRsaVerifier.create(properties, { jwksCache });
  return async (token) => {
    try {
      const claims: Record<string, unknown> = await verifier.verify(token);
      return toPrincipal(claims, audience);
    } catch (error) {
      const name = error instanceof Error ? error.name : "";
      if (name === "JwtExpiredError") return nobody("Cannot authenticate: the token has expired");
      // The issuer's keys are out of reach: a fault of ours, not of the token.
      if (!(error instanceof JwtBaseError) && !/^(Kid|WaitPeriod)/.test(name)) throw error;
      return nobody("Cannot authenticate: the token is not valid here");
    }
  };
}

async function fetchKeys(uri: string): Promise<ArrayBuffer> {
  const answer = await fetch(uri, { signal: AbortSignal.timeout(3000) });
  if (!answer.ok) throw new Error(`Cannot read the issuer's keys: ${answer.status}`);
  return answer.arrayBuffer();
}

/** Exported for its table of cases: which claims make which principal. */
export function toPrincipal(claims: Record<string, unknown>, audience: string): Principal {
  const { sub, client_id, scope, token_use } = claims;
  if (token_use !== undefined && token_use !== "access") return nobody("Cannot authenticate: send an access token");
  const audiences = [claims.aud, client_id].flat();
  const accepted = audience.split(",");
  if (!audiences.some((value) => typeof value === "string" && accepted.includes(value))) {
    return nobody("Cannot authenticate: the token is for another audience");
  }
  if (!isPrincipalId(sub)) return nobody("Cannot authenticate: the token names no user");
  const scopes = typeof scope === "string" ? scope.split(" ") : [];
  const groups = Array.isArray(claims["cognito:groups"]) ? claims["cognito:groups"] : [];
  const isOperator = scopes.includes("cubby/operate") || groups.includes("operators");
  // A user named like a guest would own that guest's session.
  if (sub.startsWith(GUEST_PREFIX)) return nobody(`Cannot authenticate: user ids may not start with ${GUEST_PREFIX}`);
  const client = typeof client_id === "string" ? { clientId: client_id } : {};
  return { kind: isOperator ? "operator" : "user", userId: sub, ...client };
}

function nobody(reason: string): Principal {
  return { kind: "nobody", reason };
}
