/**
 * The developer's identity provider: a small OIDC issuer that gives a token to whoever asks. It exists on the local
 * host only and listens on loopback only; no stack has anything like it.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { calculateJwkThumbprint, importJWK, type JWK, SignJWT } from "jose";
import { readBody, sendJson } from "./http.ts";

/** What a developer token says about its bearer. */
export interface TokenClaims {
  sub: string;
  scope?: string;
  groups?: string[];
  client_id?: string;
}

/** Audience of all tokens made here. */
export const AUDIENCE = "cubby";

const LIFETIME_SECONDS = 3600;

/** Issues tokens and answers the issuer's routes. */
export interface TokenIssuer {
  issue(claims: TokenClaims): Promise<string>;
  /** Answers false for a request that is not one of the issuer's. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** An issuer that signs with `signingKey` in the name of `issuer`, the host's own address. */
export async function createTokenIssuer(issuer: string, signingKey: JWK): Promise<TokenIssuer> {
  const key = await importJWK(signingKey, "RS256");
  const kid = await calculateJwkThumbprint(signingKey);
  const publicKey = { kty: signingKey.kty, n: signingKey.n, e: signingKey.e, kid, alg: "RS256", use: "sig" };
  const configuration = {
    issuer,
    jwks_uri: `${issuer}/dev/jwks.json`,
    token_endpoint: `${issuer}/dev/token`,
    response_types_supported: ["token"],
    subject_types_supported: ["public"],
    id_token_signing_alg_values_supported: ["RS256"],
  };

  async function issue({ sub, scope, groups, client_id }: TokenClaims): Promise<string> {
    const claims = {
      client_id: client_id ?? "cubby-local",
      scope: scope ?? "cubby/sessions",
      token_use: "access",
      ...(groups === undefined ? {} : { "cognito:groups": groups }),
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: "RS256", kid })
      .setIssuer(issuer)
      .setSubject(sub)
      .setAudience(AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_SECONDS}s`)
      .setJti(randomUUID())
      .sign(key);
  }

  async function answerToken(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page of another origin in this machine's browser must not get itself a token.
    if (!isOwnOrigin(request.headers.origin)) return sendJson(response, 403, { error: "access_denied" });
    const claims = parseClaims((await readBody(request, 10_000))?.toString("utf8") ?? "");
    if (typeof claims === "string") {
      return sendJson(response, 400, { error: "invalid_request", error_description: claims });
    }
    const access_token = await issue(claims);
    const answer = { access_token, token_type: "Bearer", expires_in: LIFETIME_SECONDS };
    sendJson(response, 200, answer, { "cache-control": "no-store" });
  }

  return {
    issue,
    async answer(request, response) {
      const route = `${request.method} ${request.url?.split("?", 1)[0]}`;
      if (route === "POST /dev/token") await answerToken(request, response);
      else if (route === "GET /dev/jwks.json") sendJson(response, 200, { keys: [publicKey] });
      else if (route === "GET /.well-known/openid-configuration") sendJson(response, 200, configuration);
      else return false;
      return true;
    },
  };
}

function isOwnOrigin(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return /^https?:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(origin);
}

/** The claims of a request, or a sentence about what is wrong with them. */
function parseClaims(text: string): TokenClaims | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'send JSON such as {"sub":"me","scope":"cubby/sessions"}';
  }
  if (typeof value !== "object" || value === null) return "send a JSON object";
  const { sub, scope, groups, client_id } = value as Record<string, unknown>;
  if (typeof sub !== "string" || sub === "") return '"sub" must be the name of a user';
  if (scope !== undefined && typeof scope !== "string") return '"scope" must be a string of words';
  if (client_id !== undefined && typeof client_id !== "string") return '"client_id" must be a string';
  const isGroups = Array.isArray(groups) && groups.every((group) => typeof group === "string");
  if (groups !== undefined && !isGroups) return '"groups" must be a list of strings';
  return {
    sub,
    ...(scope === undefined ? {} : { scope }),
    ...(groups === undefined ? {} : { groups }),
    ...(client_id === undefined ? {} : { client_id }),
  };
}
