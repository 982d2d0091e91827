import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";
import { createClient } from "../../shared/client/index.ts";
import { newSessionId } from "../../shared/ids.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

/** Every route × every kind of caller × every kind of session id. */
const routes = Object.values(contract) as Route[];
const sessionRoutes = routes.filter((route) => route.path.includes("{session_id}"));
const closedRoutes = routes.filter((route) => route.access === "principal" || route.access === "operator");

let host: Host;
const tokens: Record<string, string> = {};
const sessions: Record<string, string> = {};

beforeAll(async () => {
  host = await startAcceptanceHost();
  const owner = await clientOf(host, "owner");
  sessions.foreign = await newSession(owner);
  sessions.expired = await newSession(owner);
  sessions.missing = newSessionId(new Date());
  sessions.malformed = "session_1";
  await owner.uploadFiles(sessions.foreign, [{ name: "a.csv", content: "x\n1\n" }]);
  await viewEngines(host).expire(sessions.expired);
  tokens.owner = await host.issueToken({ sub: "owner" });
  tokens.stranger = await host.issueToken({ sub: "stranger" });
  const guest = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
  tokens.guest = guest.session_token ?? "";
});
afterAll(() => host.close());

/** A call that would succeed for the owner. */
async function send(route: Route, session: string, headers: Record<string, string>): Promise<Response> {
  const path = route.path
    .replace("{session_id}", sessions[session] ?? "")
    .replace("{path+}", "uploads/a.csv")
    .replace("{name}", "a")
    .replace("{user_id}", "owner");
  const bodies: Record<string, RequestInit> = {
    createSession: { body: "{}" },
    patchSession: { body: '{"metadata":{}}' },
    setApproval: { body: '{"tool_name":"x"}' },
    decideApproval: { body: '{"decision":"approved"}' },
    appendHistory: { body: '{"role":"user","content":"x"}' },
    query: { body: '{"sql":"SELECT 1"}' },
    putPreferences: { body: "{}" },
    putFile: { body: "x\n2\n" },
  };
  const form = new FormData();
  form.append("file", new Blob(["x\n2\n"]), "b.csv");
  const init = route.bodyKind === "multipart" ? { body: form } : (bodies[route.name] ?? {});
  const type: Record<string, string> = route.bodyKind === "json" ? { "content-type": "application/json" } : {};
  return fetch(`${host.url}${path}`, {
    method: route.method,
    redirect: "manual",
    ...init,
    headers: { ...type, ...headers },
  });
}

describe.each(sessionRoutes.map((route) => [route.name, route] as const))("%s", (_, route) => {
  test.each([
    { caller: "stranger", session: "foreign" },
    { caller: "stranger", session: "missing" },
    { caller: "stranger", session: "malformed" },
    { caller: "stranger", session: "expired" },
    { caller: "guest", session: "foreign" },
    { caller: "guest", session: "missing" },
    { caller: "owner", session: "missing" },
  ])("answers a $caller 404 on a $session session, like any that does not exist", async ({ caller, session }) => {
    const answer = await send(route, session, { authorization: `Bearer ${tokens[caller]}` });
    const body = (await answer.json()) as Record<string, unknown>;
    expect({ status: answer.status, code: body.code }).toEqual({ status: 404, code: "session_not_found" });
    expect(body.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(body.detail).toBe(`Cannot find session "${sessions[session]}"`);
  });
});

// Deleting what is over already answers its receipt, and a receipt is of what is over.
const liveRoutes = sessionRoutes.filter(
  (route) => route.name !== "getReceipt" && (route.method !== "DELETE" || /\/(files|approval)/.test(route.path)),
);

describe.each(liveRoutes.map((route) => [route.name, route] as const))("%s", (_, route) => {
  test("answers the owner 410 on an expired session", async () => {
    const answer = await send(route, "expired", { authorization: `Bearer ${tokens.owner}` });
    expect(answer.status).toBe(410);
    expect(await answer.json()).toMatchObject({
      code: "session_expired",
      reason: "idle",
      ended_at: expect.any(String),
    });
  });
});

describe.each(closedRoutes.map((route) => [route.name, route] as const))("%s", (_, route) => {
  test("answers 401 without a token, by the gateway, and with a bad one, by the API", async () => {
    expect((await send(route, "foreign", {})).status).toBe(401);
    const bad = await send(route, "foreign", { authorization: "Bearer abc.def.ghi" });
    expect(bad.status).toBe(401);
    expect(await bad.json()).toMatchObject({ code: "not_authenticated", status: 401 });
  });
});

test("open routes refuse a bad token too, instead of making a guest of its bearer", async () => {
  const answer = await send(contract.createSession as Route, "foreign", { authorization: "Bearer abc.def.ghi" });
  expect(answer.status).toBe(401);
});
