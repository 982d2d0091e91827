import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { closeServer, LOOPBACK, listen, readBody, sendJson } from "../../cdk/local/http.ts";

/** What was asked at the authorization endpoint, until its code is redeemed. */
interface Grant {
  challenge: string;
  nonce: string;
  redirectUri: string;
  clientId: string;
}

/**
 * An identity provider that lets everybody in as `sub`: authorization code with PKCE, refresh tokens, and CORS on its
 * token endpoint, as public clients need them. A wrong verifier, client, redirect or a second use is refused.
 */
export async function startSignInProvider(sub: string, { lifetimeSeconds = 3600 } = {}) {
  const { publicKey, privateKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "ES256", use: "sig" };
  const grants = new Map<string, Grant>();
  const asked: string[] = [];
  let issuer = "";

  const sign = (claims: Record<string, unknown>) =>
    new SignJWT({ sub, ...claims })
      .setProtectedHeader({ alg: "ES256", kid: "1" })
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime("1h")
      .sign(privateKey);

  function authorize(url: URL, response: ServerResponse): void {
    const value = (name: string) => url.searchParams.get(name) ?? "";
    const code = randomUUID();
    const [redirectUri, clientId] = [value("redirect_uri"), value("client_id")];
    grants.set(code, { challenge: value("code_challenge"), nonce: value("nonce"), redirectUri, clientId });
    const back = new URL(redirectUri);
    back.searchParams.set("code", code);
    back.searchParams.set("state", value("state"));
    response.writeHead(302, { location: back.href }).end();
  }

  async function redeem(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams((await readBody(request, 10_000))?.toString());
    const cors = { "access-control-allow-origin": "*" };
    const type = form.get("grant_type") ?? "";
    asked.push(type);
    const grant = grants.get(form.get("code") ?? "");
    grants.delete(form.get("code") ?? "");
    const challenge = createHash("sha256")
      .update(form.get("code_verifier") ?? "")
      .digest("base64url");
    const isRightCode =
      grant !== undefined &&
      grant.challenge === challenge &&
      grant.redirectUri === form.get("redirect_uri") &&
      grant.clientId === form.get("client_id");
    const isRefresh = type === "refresh_token" && form.get("refresh_token") === "again";
    if (!isRightCode && !isRefresh) return sendJson(response, 400, { error: "invalid_grant" }, cors);
    const tokens = {
      access_token: await sign({ aud: "cubby", scope: "cubby/sessions" }),
      token_type: "Bearer",
      expires_in: lifetimeSeconds,
      refresh_token: "again",
      ...(grant !== undefined && { id_token: await sign({ aud: grant.clientId, nonce: grant.nonce }) }),
    };
    sendJson(response, 200, tokens, cors);
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", issuer);
    if (url.pathname === "/authorize") return authorize(url, response);
    if (url.pathname === "/token") return void redeem(request, response);
    if (url.pathname === "/keys") return sendJson(response, 200, { keys: [jwk] });
    const endpoints = {
      issuer,
      jwks_uri: `${issuer}/keys`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      id_token_signing_alg_values_supported: ["ES256"],
    };
    sendJson(response, 200, endpoints);
  });
  issuer = `http://${LOOPBACK}:${await listen(server, 0)}`;
  return { issuer, asked, close: () => closeServer(server) };
}
