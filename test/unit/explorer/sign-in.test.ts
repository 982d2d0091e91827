import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createSignIn } from "../../../functions/explorer/sign-in.ts";
import type { Log } from "../../../shared/log.ts";
import { type OidcIssuer, startOidcIssuer } from "../../support/oidc-issuer.ts";

let idp: OidcIssuer;
beforeAll(async () => {
  idp = await startOidcIssuer();
});
afterAll(() => idp.close());

const endpoints = {
  authorization_endpoint: "https://idp.example/authorize",
  token_endpoint: "https://idp.example/token",
};

describe("createSignIn()", () => {
  async function read(document: Record<string, unknown>) {
    const warnings: string[] = [];
    const note = (message: string) => void warnings.push(message);
    const log: Log = { info: note, warn: note, error: note };
    idp.state.document = document;
    const signIn = createSignIn({ issuer: idp.issuer, clientId: "page", scope: undefined }, log);
    return { found: await signIn(), warnings };
  }

  test("answers where to sign in, by the issuer's own document", async () => {
    const { found, warnings } = await read({ issuer: idp.issuer, ...endpoints });
    expect(found).toEqual({ issuer: idp.issuer, client_id: "page", scope: "openid", ...endpoints });
    expect(warnings).toEqual([]);
  });

  test.each([
    { name: "another issuer's", issuer: () => "https://evil.example" },
    { name: "one with a slash more", issuer: () => `${idp.issuer}/` },
    { name: "nobody's", issuer: () => undefined },
  ])("takes no document that is $name, and says so in the log", async ({ issuer }) => {
    const { found, warnings } = await read({ issuer: issuer(), ...endpoints });
    expect(found).toBeUndefined();
    expect(warnings).toEqual(["Cannot read the issuer's discovery document"]);
  });

  test("takes no document without endpoints", async () => {
    expect((await read({ issuer: idp.issuer })).found).toBeUndefined();
  });
});
