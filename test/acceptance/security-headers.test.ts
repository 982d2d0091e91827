import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";
import { callRoute } from "../support/route-calls.ts";
import { startQuietHost } from "../support/sweep-on.ts";
import { makeStranger } from "../support/victim.ts";

/** Every route's own answer and its refusal, and what is not a route: none leaves without these. */
const routes = Object.values(contract) as Route[];

const everywhere = {
  "strict-transport-security": "max-age=31536000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
};

let host: Host;
let own: { headers: Record<string, string>; own: string };
beforeAll(async () => {
  host = await startQuietHost();
  own = await makeStranger(host, "user");
});
afterAll(() => host.close());

/** What a browser is told of this answer; fails where something that every answer has is missing. */
function policyOf(answer: Response) {
  const { headers } = answer;
  expect(Object.fromEntries(Object.keys(everywhere).map((name) => [name, headers.get(name)]))).toEqual(everywhere);
  const policy = headers.get("content-security-policy") ?? "";
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("base-uri 'none'");
  // Text without a charset is guessed at. JSON has none: it is UTF-8 by its definition (RFC 8259, section 8.1).
  const type = headers.get("content-type");
  if (type?.startsWith("text/")) expect(type).toContain("charset=utf-8");
  return {
    isPage: !policy.includes("sandbox"),
    keeps: headers.get("cache-control"),
    cookie: headers.get("set-cookie"),
  };
}

describe.each(routes.map((route) => [route.name, route] as const))("%s", (name, route) => {
  test("answers its caller and a stranger with nothing to run, to frame, to sniff or to keep", async () => {
    const parameters = { session_id: own.own, upload_id: "u", archive_id: "a" };
    // Without the header the gateway refuses by itself, in one line of its own that nobody can add a header to.
    for (const headers of [{ authorization: "Bearer x.y.z" }, own.headers]) {
      const answer = await callRoute(host.url, route, parameters, headers);
      await answer.body?.cancel();
      const isContract = name === "openapi" && answer.ok;
      const keeps = isContract ? "public, max-age=300" : "no-store";
      expect(policyOf(answer)).toEqual({ isPage: false, keeps, cookie: null });
    }
  });
});

test.each([
  { method: "GET", path: "/nowhere", status: 404 },
  { method: "GET", path: "/v1/sessions/a%0ab", status: 401 },
  { method: "PATCH", path: "/health", status: 405 },
  { method: "POST", path: "/v1/sessions/x%2f..%2fy", status: 400 },
])("$method $path, which is no route, is answered as guardedly", async ({ method, path, status }) => {
  const answer = await fetch(host.url + path, {
    method,
    headers: status === 401 ? { authorization: "Bearer x" } : own.headers,
  });
  expect(answer.status).toBe(status);
  expect(policyOf(answer)).toEqual({ isPage: false, keeps: "no-store", cookie: null });
});

test("the page and all it consists of say the same of themselves", async () => {
  const page = await fetch(host.url);
  const html = await page.text();
  const assets = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].map(([, path]) => path ?? "");
  expect(assets.length).toBeGreaterThan(2);
  expect(policyOf(page)).toEqual({ isPage: true, keeps: "no-store", cookie: null });
  for (const path of [...assets, "/docs"]) {
    expect(policyOf(await fetch(host.url + path))).toMatchObject({ isPage: true, cookie: null });
  }
  const absent = await fetch(`${host.url}/assets/absent.js`);
  expect(policyOf(absent)).toEqual({ isPage: true, keeps: "no-store", cookie: null });
});
