import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Principal } from "../../../shared/identity/principal.ts";
import { createTokenVerifier } from "../../../shared/identity/verify-token.ts";
import { tokenCases } from "../../support/hostile-tokens/cases.ts";
import { makeTokenKit, type TokenKit } from "../../support/hostile-tokens/token-kit.ts";
import { type OidcIssuer, startOidcIssuer } from "../../support/oidc-issuer.ts";

let idp: OidcIssuer;
let kit: TokenKit;
let verify: (token: string) => Promise<Principal>;
beforeAll(async () => {
  idp = await startOidcIssuer();
  kit = makeTokenKit(idp);
  const namespaces = new Map([["telegram-bot", "telegram_"]]);
  verify = createTokenVerifier({ issuer: idp.issuer, audiences: ["cubby"] }, namespaces);
});
afterAll(() => idp.close());

describe.each(Object.entries(tokenCases))("a token with a mistake in %s", (_, cases) => {
  test.each(cases)("is refused for $name, and taken without", async ({ reason, forge, control }) => {
    expect(await verify(forge(kit))).toEqual({ kind: "nobody", reason: `Cannot authenticate: ${reason}` });
    expect(await verify(control(kit))).toMatchObject({ kind: "user", userId: "ana" });
  });
});

test("the mistakes are more than the 88 classic ones, each by a name of its own", () => {
  const names = Object.values(tokenCases).flatMap((cases) => cases.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(88);
});

test("nothing that a token says was ever asked for: the issuer's own two documents alone", () => {
  expect(new Set(idp.asked)).toEqual(new Set(["/tenant/.well-known/openid-configuration", "/tenant/keys"]));
});
