/** Authorization code with PKCE (RFC 7636); fetched only when somebody signs in. */
import * as oauth from "oauth4webapi";
import type { SignIn } from "../../sign-in.ts";
import type { Account } from "../state/account.ts";
import { keep, readKept } from "../state/keep.ts";

interface Pending {
  verifier: string;
  state: string;
  nonce: string;
}

const redirectUri = () => `${location.origin}/`;
const serverOf = (server: SignIn): oauth.AuthorizationServer => ({ ...server });
const clientOf = ({ client_id }: SignIn): oauth.Client => ({ client_id });
/** Only on one's own machine an identity provider may speak plain HTTP. */
const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(location.hostname);
const insecure = isLocal ? { [oauth.allowInsecureRequests]: true } : {};

/** Where to send the browser; what is needed afterwards waits in the tab. */
export async function begin(server: SignIn): Promise<string> {
  const pending: Pending = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
  };
  keep("signing-in", pending, sessionStorage);
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: server.client_id,
    redirect_uri: redirectUri(),
    scope: server.scope,
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(pending.verifier),
    code_challenge_method: "S256",
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** Turns the code of the redirect into tokens; throws when it is not the answer to what this tab asked. */
export async function finish(server: SignIn, address: URL): Promise<Account> {
  const pending = readKept<Pending>("signing-in", sessionStorage);
  keep("signing-in", undefined, sessionStorage);
  if (pending === undefined) throw new Error("This sign-in was begun in another tab. Please try again");
  const parameters = oauth.validateAuthResponse(serverOf(server), clientOf(server), address, pending.state);
  const response = await oauth.authorizationCodeGrantRequest(
    serverOf(server),
    clientOf(server),
    oauth.None(),
    parameters,
    redirectUri(),
    pending.verifier,
    insecure,
  );
  const answer = await oauth.processAuthorizationCodeResponse(serverOf(server), clientOf(server), response, {
    expectedNonce: server.scope.split(" ").includes("openid") ? pending.nonce : oauth.expectNoNonce,
  });
  return toAccount(answer);
}

/** A new token for a refresh token; undefined when it is no longer good. */
export async function renew(server: SignIn, refreshToken: string): Promise<Account | undefined> {
  try {
    const client = clientOf(server);
    const response = await oauth.refreshTokenGrantRequest(
      serverOf(server),
      client,
      oauth.None(),
      refreshToken,
      insecure,
    );
    const answer = await oauth.processRefreshTokenResponse(serverOf(server), client, response);
    return { refresh_token: refreshToken, ...toAccount(answer) };
  } catch {
    return undefined;
  }
}

/** Where signing out ends. Cognito wants `logout_uri`, others `post_logout_redirect_uri`. */
export function leave(endSessionEndpoint: string, clientId: string): string {
  const url = new URL(endSessionEndpoint);
  url.searchParams.set("client_id", clientId);
  url.searchParams.set("logout_uri", redirectUri());
  url.searchParams.set("post_logout_redirect_uri", redirectUri());
  return url.href;
}

function toAccount({ access_token, expires_in, refresh_token }: oauth.TokenEndpointResponse): Account {
  const expires_at = Date.now() + (expires_in ?? 3600) * 1000;
  return { token: access_token, expires_at, ...(refresh_token !== undefined && { refresh_token }) };
}
