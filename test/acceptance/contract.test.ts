import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { examples } from "../../shared/contract/examples/all.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";

let host: Host;
let authorization = "";

beforeAll(async () => {
  host = await startAcceptanceHost();
  authorization = `Bearer ${await host.issueToken({ sub: "ana" })}`;
});
afterAll(() => host.close());

async function send(method: string, path: string, body?: string, type = "application/json") {
  const headers = { authorization, ...(body === undefined ? {} : { "content-type": type }) };
  const answer = await fetch(`${host.url}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
}

describe("a request that does not fit", () => {
  test.each([
    { body: '{"platfrom":"web"}', field: "platfrom", says: "is not a known field" },
    { body: '{"platform":7}', field: "platform", says: "expected string" },
    { body: '{"platform":"Not A Platform"}', field: "platform", says: "lower-case" },
    { body: '{"retention":{"idle_minutes":0}}', field: "retention.idle_minutes", says: ">=1" },
    { body: '{"retention":{"idle_hours":1}}', field: "retention.idle_hours", says: "is not a known field" },
    { body: '{"metadata":[1]}', field: "metadata", says: "expected record" },
    { body: "[]", field: "", says: "expected object" },
    { body: `{"metadata":{"x":"${"y".repeat(17_000)}"}}`, field: "metadata", says: "16 KB" },
    { body: '{"metadata":{"guild":1234567890123456789}}', field: "metadata", says: "send it as text" },
    { body: `{"metadata":{"x":${"[".repeat(29)}${"]".repeat(29)}}}`, field: "metadata", says: "28 levels" },
  ])("names the field $field", async ({ body, field, says }) => {
    const answer = await send("POST", "/v1/sessions", body);
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(answer.body).toMatchObject({ code: "invalid_request", status: 400, request_id: expect.any(String) });
    expect(answer.body.errors).toEqual([{ field, in: "body", message: expect.stringContaining(says) }]);
    expect(answer.body.request_id).toBe(answer.headers.get("x-request-id"));
  });

  test.each([
    ["/v1/sessions?limit=0", "limit"],
    ["/v1/sessions?limit=101", "limit"],
    ["/v1/sessions?limit=1&limit=2", "limit"],
    ["/v1/sessions?sort=x", "sort"],
  ])("names what is wrong with the query of %s", async (path, field) => {
    const answer = await send("GET", path);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field, in: "query" }] } });
  });

  test.each([
    { what: "broken JSON", body: '{"platform":', type: "application/json", status: 400, code: "invalid_json" },
    {
      what: "JSON that nests too deep to be walked",
      body: `{"metadata":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
      type: "application/json",
      status: 400,
      code: "invalid_json",
    },
    { what: "another media type", body: "a=b", type: "text/plain", status: 415, code: "media_type_not_supported" },
    {
      what: "more than 2 MiB",
      body: `"${"x".repeat(2 ** 21)}"`,
      type: "application/json",
      status: 413,
      code: "body_too_large",
    },
  ])("answers $what with $code", async ({ body, type, status, code }) => {
    expect(await send("POST", "/v1/sessions", body, type)).toMatchObject({ status, body: { code, status } });
  });

  test("to a route that is not there answers 404, and to a method that is not there 405 with Allow", async () => {
    expect(await send("GET", "/v1/nothing")).toMatchObject({ status: 404, body: { code: "route_not_found" } });
    const answer = await send("PUT", "/v1/sessions", "{}");
    expect(answer).toMatchObject({ status: 405, body: { code: "method_not_allowed" } });
    expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(["DELETE", "GET", "POST"]);
  });

  test.each([
    { path: "files/rename", allow: "POST" },
    { path: "files/delete", allow: "POST" },
    { path: "files/uploads/a.csv", allow: "DELETE, GET, PUT" },
  ])("asks what $path takes, and hears $allow", async ({ path, allow }) => {
    const answer = await fetch(`${host.url}/v1/sessions/x/${path}`, { method: "OPTIONS", headers: { authorization } });
    expect([answer.status, answer.headers.get("allow")?.split(", ").sort().join(", ")]).toEqual([204, allow]);
  });

  test.each([
    "files/..%2F..%2F..%2Fsessions",
    "files/uploads%2F..%2F..%2F..",
    "files/%252e%252e/%2e%2e",
    "research-data/..",
    "history/.",
  ])("with dots in %s is not led to another resource", async (path) => {
    const { body } = await send("POST", "/v1/sessions", "{}");
    const target = `/v1/sessions/${body.session_id}/${path}`;
    const { hostname, port } = new URL(host.url);
    // Sent as it is written: fetch would resolve it here, and not there.
    const call = request({ hostname, port, method: "DELETE", path: target, headers: { authorization } }).end();
    const [answer] = (await once(call, "response")) as [IncomingMessage];
    expect(JSON.parse(await text(answer))).toMatchObject({ status: 400, code: "path_not_allowed" });
    expect(await send("GET", `/v1/sessions/${body.session_id}`)).toMatchObject({ status: 200 });
  });

  test.each(["cursor=nonsense", `cursor=${Buffer.from('{"pk":1}').toString("base64url")}`])(
    "with %s answers invalid_cursor",
    async (query) => {
      expect(await send("GET", `/v1/sessions?${query}`)).toMatchObject({
        status: 400,
        body: { code: "invalid_cursor" },
      });
    },
  );
});

describe("the example of a body", () => {
  const withBodies = Object.values(contract).filter(({ bodyKind }) => bodyKind === "json") as Route[];

  test.each(withBodies.map((route) => [route.name, route] as const))("of %s is one that is taken", async (_, route) => {
    const { body: session } = await send("POST", "/v1/sessions", "{}");
    const path = route.path.replace("{session_id}", String(session.session_id)).replaceAll(/\{\w+\}/g, "example");
    const { body } = await send(route.method, path, JSON.stringify(examples[route.name]?.body));
    // The session is empty and the caller no operator: what it speaks of is not there, or not for him.
    expect(["invalid_request", "invalid_json", "path_not_allowed", "route_not_found"]).not.toContain(body.code);
  });
});

test("GET /openapi.json answers every route, without a token", async () => {
  const answer = await fetch(`${host.url}/openapi.json`);
  const document = (await answer.json()) as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string }>>;
  };
  expect(document.openapi).toBe("3.1.0");
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
  expect(operations.sort()).toEqual(Object.keys(contract).sort());
});
