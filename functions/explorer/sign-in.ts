import { fetchJson } from "../../shared/identity/fetch-json.ts";
import type { Log } from "../../shared/log.ts";

/** What the page needs to sign somebody in by code and PKCE. */
export interface SignIn {
  issuer: string;
  client_id: string;
  scope: string;
  authorization_endpoint: string;
  token_endpoint: string;
  end_session_endpoint?: string;
  /** What it signs ID tokens with; RS256 where it does not say. */
  id_token_signing_alg_values_supported?: string[];
}

export interface SignInSettings {
  issuer: string | undefined;
  clientId: string | undefined;
  scope: string | undefined;
}

const KEEP_MS = 3_600_000;
const PATIENCE_MS = 3_000;

/**
 * Reads the issuer's discovery document, again after an hour. Answers nothing where the stage has no sign-in, or
 * while the issuer is out of reach: the page then offers what it can without.
 */
export function createSignIn({ issuer, clientId, scope }: SignInSettings, log: Log) {
  let known: { signIn: SignIn; until: number } | undefined;
  return async function readSignIn(): Promise<SignIn | undefined> {
    if (!issuer || !clientId) return undefined;
    if (known !== undefined && known.until > Date.now()) return known.signIn;
    try {
      const url = `${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`;
      const document = await fetchJson(url, AbortSignal.timeout(PATIENCE_MS));
      // OpenID Connect Discovery, section 4.3: another's metadata would send people to another's page.
      if (document.issuer !== issuer) throw new Error(`Cannot trust "${url}": it is of "${document.issuer}"`);
      const signIn = { issuer, client_id: clientId, scope: scope || "openid", ...endpointsOf(document, url) };
      known = { signIn, until: Date.now() + KEEP_MS };
    } catch (error) {
      log.warn("Cannot read the issuer's discovery document", { error });
    }
    return known?.signIn;
  };
}

function endpointsOf(document: Record<string, unknown>, url: string) {
  const { authorization_endpoint, token_endpoint, end_session_endpoint } = document;
  const algorithms = document.id_token_signing_alg_values_supported;
  if (typeof authorization_endpoint !== "string" || typeof token_endpoint !== "string") {
    throw new Error(`Cannot sign in by "${url}": it names no authorization or token endpoint`);
  }
  return {
    authorization_endpoint,
    token_endpoint,
    ...(typeof end_session_endpoint === "string" && { end_session_endpoint }),
    ...(Array.isArray(algorithms) && { id_token_signing_alg_values_supported: algorithms.map(String) }),
  };
}
