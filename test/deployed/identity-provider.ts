import { generateKeyPair, exportJWK, type JWK } from "jose";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { createTokenIssuer } from "../../cdk/local/token-issuer.ts";
import type { Certificate } from "./certificate.ts";

/** An issuer over TLS, as a stage's `identity.oidc` has to be, and the key with which tests sign. */
export interface IdentityProvider {
  issuer: string;
  signingKey: JWK;
  server: Server;
}

/** Answers the discovery document and the keys; tests sign tokens by themselves. */
export async function startIdentityProvider({ certFile, keyFile }: Certificate): Promise<IdentityProvider> {
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const signingKey = await exportJWK(privateKey);
  const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokens = await createTokenIssuer(issuer, signingKey);
  server.on("request", async (request, response) => {
    if (!(await tokens.answer(request, response))) response.writeHead(404).end();
  });
  return { issuer, signingKey, server };
}
