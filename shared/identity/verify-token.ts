import { JwtBaseError, JwtExpiredError, JwtNotBeforeError, JwtParseError } from "aws-jwt-verify/error";
import type { JwkWithKid } from "aws-jwt-verify/jwk";
import type { DecomposedJwt } from "aws-jwt-verify/jwt";
import { supportedSignatureAlgorithms, verifyJwt } from "aws-jwt-verify/jwt-verifier";
import { type Clock, systemClock } from "../clock.ts";
import { isAppError } from "../errors.ts";
import { createIssuerKeys, type IssuerAddress, type IssuerKeys } from "./issuer-keys.ts";
import type { Principal } from "./principal.ts";
import { type ClaimRules, isAccessTokenType, NOT_ACCESS_TOKEN, nobody, toPrincipal } from "./token-claims.ts";

/** Whose tokens are accepted, and for what. */
export interface OidcSettings extends IssuerAddress {
  audiences: readonly string[];
}

/** The issuer's clock and ours may differ by this much. */
const CLOCK_SKEW_SECONDS = 30;
/** API Gateway takes no longer headers; nobody's token needs to be parsed to know that. */
const MAX_TOKEN_LENGTH = 10_240;
/** RFC 7515, section 2: without padding. One token has one spelling, whatever a decoder would forgive. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Verifies access tokens of one OIDC issuer. A token that is not good makes `nobody`, with the reason; only when that
 * cannot be told, because the issuer's keys are out of reach, does it throw `unavailable`.
 */
export function createTokenVerifier(
  { audiences, ...address }: OidcSettings,
  namespaces: ClaimRules["namespaces"],
  clock: Clock = systemClock,
): (token: string) => Promise<Principal> {
  const keys = createIssuerKeys(address, clock);
  const { issuer } = address;
  // Which claim names the audience depends on the issuer; `toPrincipal` looks.
  const options = { issuer, audience: null, graceSeconds: CLOCK_SKEW_SECONDS, customJwtCheck: assertAccessToken };
  const findKey = (_uri: string, token: DecomposedJwt) => getKey(keys, issuer, token);
  return async (token) => {
    if (token.length > MAX_TOKEN_LENGTH) return nobody("Cannot authenticate: the token is too long");
    if (!COMPACT.test(token)) return nobody(NOT_VALID);
    try {
      return toPrincipal(await verifyJwt(token, issuer, options, findKey), { audiences, namespaces });
    } catch (error) {
      if (isAppError(error)) throw error;
      // Not the library's errors alone: OpenSSL throws at an ECDSA signature of the wrong length, and a date at a time
      // beyond its range. Whatever a token breaks, it is the token that is wrong.
      return nobody(toReason(error));
    }
  };
}

/**
 * The key for a token that may be worth a question to the issuer. `none` and the symmetric algorithms are not among
 * the supported ones: with HS256 anyone could sign with the public key.
 */
async function getKey(keys: IssuerKeys, issuer: string, { header, payload }: DecomposedJwt): Promise<JwkWithKid> {
  const alg = supportedSignatureAlgorithms.find((supported) => supported === header.alg);
  if (alg === undefined) throw new JwtParseError("Algorithm not supported");
  if (payload.iss !== issuer) throw new JwtParseError("Another issuer's token");
  // RFC 7515, 4.1.11: what a token calls critical has to be understood, and we understand nothing of the kind.
  if (header.crit !== undefined) throw new JwtParseError("Critical extension not supported");
  const key = await keys.find({ kid: header.kid, alg });
  if (key === undefined) throw new JwtParseError("Key not known to the issuer");
  return key as JwkWithKid;
}

/** Asked when the signature holds. */
function assertAccessToken({ header }: { header: object }): void {
  if (!isAccessTokenType("typ" in header ? header.typ : undefined)) throw new WrongTypeError("Not an access token");
}

class WrongTypeError extends JwtBaseError {}

const NOT_VALID = "Cannot authenticate: the token is not valid here";

function toReason(error: unknown): string {
  if (error instanceof JwtExpiredError) return "Cannot authenticate: the token has expired";
  if (error instanceof JwtNotBeforeError) return "Cannot authenticate: the token is not valid yet";
  return error instanceof WrongTypeError ? NOT_ACCESS_TOKEN : NOT_VALID;
}
