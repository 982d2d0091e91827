/**
 * A guest's bearer token: `cubby_guest.<session id>.<256 random bits>`. The session id is in it so that it can be
 * checked with one read; only the hash of the whole token is stored.
 */
import { timingSafeEqual } from "node:crypto";
import { isSessionId, newSecret, sha256Hex } from "../ids.ts";

const PREFIX = "cubby_guest";

export function newGuestToken(sessionId: string): { token: string; hash: string } {
  const token = `${PREFIX}.${sessionId}.${newSecret()}`;
  return { token, hash: sha256Hex(token) };
}

/** The session that the token claims to be for; undefined when it is not a guest's token at all. */
export function guestTokenSession(token: string): string | undefined {
  const [prefix, sessionId, secret, ...rest] = token.split(".");
  if (prefix !== PREFIX || sessionId === undefined || secret === undefined || rest.length > 0) return undefined;
  return isSessionId(sessionId) ? sessionId : undefined;
}

/** Compares in constant time. */
export function guestTokenMatches(token: string, hash: unknown): boolean {
  if (typeof hash !== "string") return false;
  const given = Buffer.from(sha256Hex(token));
  const wanted = Buffer.from(hash);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
