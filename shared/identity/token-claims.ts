/** Which claims of a token whose signature holds make which principal. Pure; its table of cases is its test. */
import { isReserved, type Namespaces } from "./namespaces.ts";
import { isPrincipalId, type Principal } from "./principal.ts";

export interface ClaimRules {
  /** Audiences, or client ids where the issuer's access tokens have no audience: the token must name one. */
  audiences: readonly string[];
  namespaces: Namespaces;
}

type Claims = Readonly<Record<string, unknown>>;

export const NOT_ACCESS_TOKEN = "Cannot authenticate: send an access token";

/**
 * Claims that only ID tokens have, and `events` of logout tokens. An ID token tells an app who signed in; it was never
 * meant to open an API.
 */
const OTHER_CLAIMS = ["nonce", "at_hash", "c_hash", "s_hash", "events"];
/** Keycloak says in `typ` what a token is for. */
const OTHER_TYPES = ["id", "refresh", "offline", "logout"];

/**
 * Whether a header's `typ` is one of access tokens (RFC 9068, section 2.1), or says nothing about it, as with most
 * issuers. One key signs tokens of several kinds, and each may name us as its audience (RFC 8725, section 3.11).
 */
export function isAccessTokenType(typ: unknown): boolean {
  return typ === undefined || (typeof typ === "string" && /^(application\/)?(at\+)?jwt$/i.test(typ));
}

export function toPrincipal(claims: Claims, { audiences, namespaces }: ClaimRules): Principal {
  if (!isAccessToken(claims)) return nobody(NOT_ACCESS_TOKEN);
  if (!namesAudience(claims, audiences)) return nobody("Cannot authenticate: the token is for another audience");
  if (typeof claims.exp !== "number") return nobody("Cannot authenticate: the token never expires");
  const scopes = scopesOf(claims);
  const clientId = [claims.client_id, claims.azp, claims.cid].find(isPrincipalId);
  // Before the others: of all that a token may be good for, acting for one named user is the least.
  if (scopes.includes("cubby/act-as")) {
    return clientId === undefined
      ? nobody("Cannot authenticate: the token names no client")
      : { kind: "service", clientId };
  }
  const { sub } = claims;
  if (!isPrincipalId(sub)) return nobody("Cannot authenticate: the token names no user");
  // A user named like a guest, or like a user of a service, would own that one's sessions.
  if (isReserved(sub, namespaces)) return nobody(`Cannot authenticate: the user id "${sub}" is reserved`);
  const isOperator = scopes.includes("cubby/operate") || groupsOf(claims).includes("operators");
  return { kind: isOperator ? "operator" : "user", userId: sub, ...(clientId === undefined ? {} : { clientId }) };
}

export function nobody(reason: string): Principal {
  return { kind: "nobody", reason };
}

function isAccessToken({ token_use, typ, ...claims }: Claims): boolean {
  if (token_use !== undefined && token_use !== "access") return false;
  if (typeof typ === "string" && OTHER_TYPES.includes(typ.toLowerCase())) return false;
  return !OTHER_CLAIMS.some((name) => claims[name] !== undefined);
}

/** Cognito's access tokens name their client and no audience. Where there is one, the client does not count. */
function namesAudience({ aud, client_id }: Claims, audiences: readonly string[]): boolean {
  return [aud ?? client_id].flat().some((value) => typeof value === "string" && audiences.includes(value));
}

/** `scope` (RFC 9068), or `scp` as some issuers call it; words in one text, or a list. */
function scopesOf({ scope, scp }: Claims): string[] {
  return [scope, scp].flat().flatMap((value) => (typeof value === "string" ? value.split(" ") : []));
}

function groupsOf(claims: Claims): unknown[] {
  return [claims["cognito:groups"], claims.groups].filter(Array.isArray).flat();
}
