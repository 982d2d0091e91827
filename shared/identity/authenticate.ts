import { sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { guestTokenMatches, guestTokenSession } from "./guest-token.ts";
import type { Namespaces } from "./namespaces.ts";
import { guestUserId, type Principal } from "./principal.ts";
import { nobody } from "./token-claims.ts";
import { createTokenVerifier, type OidcSettings } from "./verify-token.ts";

export type Authenticate = (authorization: string | undefined) => Promise<Principal>;

export interface AuthenticateSettings {
  /** Absent where a deployment knows guests only. */
  oidc: OidcSettings | undefined;
  namespaces: Namespaces;
}

/**
 * Turns an Authorization header into a principal; a token anywhere else is never looked at. Does not throw for a bad
 * token: it answers `nobody` with the reason, and the API turns that into a 401 problem document, which API Gateway's
 * own 403 would not be. Throws when it cannot tell: `unavailable`, or what the table throws.
 */
export function createAuthenticate(table: Table, { oidc, namespaces }: AuthenticateSettings): Authenticate {
  const verify = oidc === undefined ? undefined : createTokenVerifier(oidc, namespaces);
  return async (authorization) => {
    const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
    if (token === undefined) return nobody(NO_TOKEN);
    const sessionId = guestTokenSession(token);
    if (sessionId !== undefined) return authenticateGuest(table, token, sessionId);
    if (verify === undefined) return nobody("Cannot authenticate: this deployment has no token issuer");
    return verify(token);
  };
}

export const NO_TOKEN = "Cannot authenticate: send the header `Authorization: Bearer <token>`";

/** The tombstone of a session keeps the hash, so that its guest can still read when and why it ended. */
async function authenticateGuest(table: Table, token: string, sessionId: string): Promise<Principal> {
  const item = await table.find(sessionKey(sessionId));
  if (!guestTokenMatches(token, item?.guest_token_hash)) {
    return nobody("Cannot authenticate: this guest token is not valid");
  }
  return { kind: "guest", userId: guestUserId(sessionId), sessionId };
}
