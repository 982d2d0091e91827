import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { tokenCases } from "../support/hostile-tokens/cases.ts";
import { makeTokenKit, type TokenKit } from "../support/hostile-tokens/token-kit.ts";
import { type OidcIssuer, startOidcIssuer } from "../support/oidc-issuer.ts";
import { startQuietHost } from "../support/sweep-on.ts";

let host: Host;
let idp: OidcIssuer;
let kit: TokenKit;
beforeAll(async () => {
  idp = await startOidcIssuer();
  kit = makeTokenKit(idp);
  const namespaces = JSON.stringify({ "telegram-bot": "telegram_" });
  host = await startQuietHost({ OIDC_ISSUER: idp.issuer, OIDC_AUDIENCE: "cubby", SERVICE_NAMESPACES: namespaces });
});
afterAll(async () => {
  await host.close();
  await idp.close();
});

async function ask(path: string, authorization: string) {
  const answer = await fetch(host.url + path, { headers: { authorization } });
  const { detail } = (await answer.json()) as { detail?: string };
  return { status: answer.status, detail, challenge: answer.headers.get("www-authenticate") };
}

/** The gateway takes no longer headers, and answers 431 by itself. */
const fits = (token: string) => token.length < 10_000;
const refused = (reason: string) => ({ status: 401, detail: `Cannot authenticate: ${reason}`, challenge: "Bearer" });

/** The whole way: gateway, authorizer, API. Each case's harmless twin is taken in the unit test of the same cases. */
describe.each(Object.entries(tokenCases))("a token with a mistake in %s", (_, cases) => {
  test("is answered 401 with the reason, whatever the mistake", async () => {
    const sent = cases.map(({ name, reason, forge }) => ({ name, reason, token: forge(kit) }));
    const fitting = sent.filter(({ token }) => fits(token));
    const answers: unknown[] = [];
    for (const { name, token } of fitting) answers.push({ name, ...(await ask("/v1/usage", `Bearer ${token}`)) });
    expect(answers).toEqual(fitting.map(({ name, reason }) => ({ name, ...refused(reason) })));
  });

  test("makes no guest of its bearer on an open route, where an honest one is welcome", async () => {
    const [first] = cases;
    expect(await ask("/health", `Bearer ${first?.forge(kit)}`)).toEqual(refused(first?.reason ?? ""));
    expect(await ask("/health", `Bearer ${first?.control(kit)}`)).toMatchObject({ status: 200 });
  });
});

/** An honest token in a place or under a name where none is looked for. */
const misplaced: [name: string, request: (token: string) => { query?: string; headers?: Record<string, string> }][] = [
  ["under Basic", (token) => ({ headers: { authorization: `Basic ${token}` } })],
  ["under Token", (token) => ({ headers: { authorization: `Token ${token}` } })],
  ["under no name", (token) => ({ headers: { authorization: token } })],
  ["under Bearer twice", (token) => ({ headers: { authorization: `Bearer Bearer ${token}` } })],
  ["under Bearer and an equals sign", (token) => ({ headers: { authorization: `Bearer=${token}` } })],
  ["behind another one", (token) => ({ headers: { authorization: `Bearer x, Bearer ${token}` } })],
  ["in the query", (token) => ({ query: `?access_token=${token}`, headers: { authorization: "Bearer x" } })],
  ["in a cookie", (token) => ({ headers: { authorization: "Bearer x", cookie: `access_token=${token}` } })],
  ["in X-Authorization", (token) => ({ headers: { authorization: "Bearer x", "x-authorization": `Bearer ${token}` } })],
];

test.each(misplaced)("a token %s is none", async (_, request) => {
  const { query = "", headers = {} } = request(kit.make());
  expect((await fetch(`${host.url}/v1/usage${query}`, { headers })).status).toBe(401);
});

test.each(["Bearer", "bearer", "BEARER", "Bearer  "])("a token under %j is one", async (scheme) => {
  expect(await ask("/v1/usage", `${scheme} ${kit.make()}`)).toMatchObject({ status: 200 });
});
