import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";

/** How the issuer meets requests: as it should, not at all, with an error, or by never answering. */
type Mood = "well" | "down" | "error" | "silent";

interface SigningKey {
  alg: string;
  kid: string | undefined;
  privateKey: CryptoKey;
}

/** A small OIDC issuer over HTTP, with keys and faults as a test wants them. */
export async function startOidcIssuer() {
  const asked: string[] = [];
  const state: { mood: Mood; keys: unknown[]; document: Record<string, unknown> } = {
    mood: "well",
    keys: [],
    document: {},
  };
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (state.mood === "down") return void request.socket.destroy();
    if (state.mood === "silent") return;
    if (state.mood === "error") return void response.writeHead(500).end("{}");
    const isKeys = request.url?.endsWith("/keys");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(isKeys ? { keys: state.keys } : state.document));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tenant`;
  state.document = { issuer, jwks_uri: `${issuer}/keys` };

  /** A new key, published at once. */
  async function addKey(alg: string, kid: string | undefined = crypto.randomUUID(), more: JWK = {}) {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), alg, use: "sig", ...(kid === undefined ? {} : { kid }), ...more };
    state.keys.push(jwk);
    return { alg, kid, privateKey, jwk };
  }

  /** A token of this issuer for `ana`, good for a minute; `claims` and `header` change it. */
  function sign(key: SigningKey, claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: issuer, sub: "ana", aud: "cubby", iat: now, exp: now + 60, ...claims })
      .setProtectedHeader({ alg: key.alg, ...(key.kid === undefined ? {} : { kid: key.kid }), ...header })
      .sign(key.privateKey);
  }

  return {
    issuer,
    state,
    /** Addresses that were asked for, in order. */
    asked,
    addKey,
    sign,
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

export type OidcIssuer = Awaited<ReturnType<typeof startOidcIssuer>>;
