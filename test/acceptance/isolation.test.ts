import { request } from "node:http";
import { text as readText } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";
import { newSessionId } from "../../shared/ids.ts";
import { bodyOf, callRoute, type PathParameters, pathOf } from "../support/route-calls.ts";
import { startQuietHost } from "../support/sweep-on.ts";
import {
  foreignKinds,
  makeStranger,
  makeVictim,
  SECRET,
  type Stranger,
  type StrangerKind,
  strangerKinds,
} from "../support/victim.ts";
import { wholeAnswer } from "../support/whole-answer.ts";

/** Every route × every kind of stranger × every way to name what is not his. A new route is in it by itself. */
const routes = Object.values(contract) as Route[];
const sessionRoutes = routes.filter((route) => route.path.includes("{session_id}"));
const byName = (list: readonly Route[]) => list.map((route) => [route.name, route] as const);

let host: Host;
let victim: Awaited<ReturnType<typeof makeVictim>>;
let known: Record<StrangerKind, Stranger>;
let before: unknown;

beforeAll(async () => {
  host = await startQuietHost({ MAX_SESSIONS: "1000" });
  victim = await makeVictim(host);
  const [user, service, guest] = await Promise.all([
    makeStranger(host, "user"),
    makeStranger(host, "service"),
    makeStranger(host, "guest"),
  ]);
  known = { user, service, guest };
  before = await victim.holdings();
});
afterAll(() => host.close());

describe.each(byName(sessionRoutes))("%s", (_, route) => {
  test.each(strangerKinds)("tells a %s nothing about a session that is another's", async (kind) => {
    const { headers } = known[kind];
    const ask = async (parameters: PathParameters & { session_id: string }) =>
      wholeAnswer(await callRoute(host.url, route, parameters, headers), parameters.session_id);
    const { upload_id, archive_id } = victim.sessions.live;
    const absent = await ask({ session_id: newSessionId(new Date()), upload_id, archive_id });
    const foreign = await Promise.all(foreignKinds.map((each) => ask(victim.sessions[each])));
    expect(foreign).toEqual(foreignKinds.map(() => absent));
    // A route for others than guests says so, whatever the session.
    expect(absent.status).toBe(route.access === "account" && kind === "guest" ? 403 : 404);
  });
});

describe.each(byName(sessionRoutes.filter(({ path }) => /\{(upload|archive)_id\}/.test(path))))("%s", (_, route) => {
  test("finds nothing of another's under a session of one's own", async () => {
    const { headers, own } = known.user;
    const { upload_id, archive_id } = victim.sessions.live;
    const madeUp = (id: string) => id.replaceAll(/[a-z0-9](?=[a-z0-9]{0,7}$)/g, "0");
    const ask = async (upload: string, archive: string) => {
      const parameters = { session_id: own, upload_id: upload, archive_id: archive };
      const { body, ...rest } = await wholeAnswer(await callRoute(host.url, route, parameters, headers), own);
      return { ...rest, body: body.replaceAll(upload, "{upload_id}").replaceAll(archive, "{archive_id}") };
    };
    const absent = await ask(madeUp(upload_id), madeUp(archive_id));
    expect(await ask(upload_id, archive_id)).toEqual(absent);
    expect(absent.status).toBe(404);
  });
});

/** A request whose target is sent as it is written: `fetch` would tidy it up. */
async function sendRaw(method: string, target: string, headers: Record<string, string>) {
  const { hostname, port } = new URL(host.url);
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const sent = request({ method, hostname, port, path: target, headers }, async (answer) => {
      resolve({ status: answer.statusCode ?? 0, body: await readText(answer) });
    });
    sent.once("error", reject).end();
  });
}

const encoded = (id: string) => [...id].map((letter) => `%${letter.charCodeAt(0).toString(16)}`).join("");

/** Ways to write the victim's id, or the way to it, that some layer could read differently from another. */
const detours: [name: string, target: (own: string, foreign: string) => string][] = [
  ["every letter encoded", (_, foreign) => `/v1/sessions/${encoded(foreign)}/files/uploads/a.csv`],
  ["encoded twice", (_, foreign) => `/v1/sessions/${encodeURIComponent(encoded(foreign))}/history`],
  ["up and down again", (own, foreign) => `/v1/sessions/${own}/../${foreign}/history`],
  ["up, encoded", (own, foreign) => `/v1/sessions/${own}/%2e%2e/${foreign}/history`],
  ["up with an encoded slash", (own, foreign) => `/v1/sessions/${own}%2F..%2F${foreign}/history`],
  ["up out of the files", (own, foreign) => `/v1/sessions/${own}/files/../../${foreign}/files/uploads/a.csv`],
  ["up out of a folder", (own, foreign) => `/v1/sessions/${own}/files/uploads/..%2f..%2f..%2f${foreign}/uploads/a.csv`],
  ["up with a backslash", (own, foreign) => `/v1/sessions/${own}/files/uploads/..%5c..%5c${foreign}%5cuploads%5ca.csv`],
  ["a key of the bucket", (own, foreign) => `/v1/sessions/${own}/files/sessions/${foreign}/uploads/a.csv`],
  ["two ids, a slash between", (own, foreign) => `/v1/sessions/${own}/${foreign}/history`],
  ["two ids, a comma between", (own, foreign) => `/v1/sessions/${own},${foreign}/history`],
  ["a second slash", (_, foreign) => `/v1/sessions//${foreign}/history`],
  ["a matrix parameter", (own, foreign) => `/v1/sessions/${own};session_id=${foreign}/history`],
  ["a zero byte behind", (_, foreign) => `/v1/sessions/${foreign}%00/history`],
  ["a space behind", (_, foreign) => `/v1/sessions/${foreign}%20/history`],
  ["a line break behind", (_, foreign) => `/v1/sessions/${foreign}%0a/history`],
  ["capitals", (_, foreign) => `/v1/sessions/${foreign.toUpperCase()}/history`],
  ["a question mark, encoded", (own, foreign) => `/v1/sessions/${own}%3f/../${foreign}/history`],
  ["a parameter of the query", (own, foreign) => `/v1/sessions/${own}/history?session_id=${foreign}`],
  ["an owner in the query", () => "/v1/sessions?user_id=victor"],
  ["one's own and another's owner", () => "/v1/sessions?user_id=ana&user_id=victor"],
  ["a list's brackets", (_, foreign) => `/v1/sessions?session_id[]=${foreign}&user_id[]=victor`],
  ["a folder above", (own, foreign) => `/v1/sessions/${own}/files?folder=../../${foreign}/uploads`],
  ["the other systems' path", (_, foreign) => `/session/${encoded(foreign)}`],
];

describe.each(detours)("a path with %s", (_, target) => {
  test.each(strangerKinds)("leads a %s nowhere", async (kind) => {
    const { headers, own } = await makeStranger(host, kind); // some ways to end another's session end his own
    for (const method of ["GET", "DELETE"]) {
      const answer = await sendRaw(method, target(own, victim.sessions.live.session_id), headers);
      expect(answer.body).not.toContain(SECRET);
      expect(answer.status).toBeLessThan(500);
    }
  });
});

/** Headers that some framework or proxy believes. */
const overrides: [name: string, value: (foreign: string) => string][] = [
  ["x-http-method-override", () => "DELETE"],
  ["x-http-method", () => "DELETE"],
  ["x-method-override", () => "DELETE"],
  ["x-original-url", (foreign) => `/v1/sessions/${foreign}`],
  ["x-rewrite-url", (foreign) => `/v1/sessions/${foreign}`],
  ["x-forwarded-uri", (foreign) => `/v1/sessions/${foreign}`],
  ["x-user-id", () => "victor"],
  ["x-forwarded-user", () => "victor"],
  ["x-amzn-oidc-identity", () => "victor"],
  ["x-apigateway-event", (foreign) => encodeURIComponent(JSON.stringify({ rawPath: `/v1/sessions/${foreign}` }))],
  ["x-amzn-request-context", () => JSON.stringify({ authorizer: { lambda: { kind: "user", userId: "victor" } } })],
  ["cookie", () => "session_id=victor; user_id=victor"],
];

describe.each(overrides)("the header %s", (name, value) => {
  test("changes neither the method, nor the path, nor who is calling", async () => {
    const { headers, own } = known.user;
    const given = { ...headers, [name]: value(victim.sessions.live.session_id) };
    const route = contract.getSession as Route;
    const answer = await callRoute(host.url, route, { session_id: own }, given);
    expect(await answer.json()).toMatchObject({ session_id: own, user_id: "ana", status: "active" });
    const foreign = await callRoute(host.url, route, victim.sessions.live, given);
    expect(foreign.status).toBe(404);
  });
});

/** Fields of records that no request sets. */
const recordFields = {
  ...{ pk: "SESSION#x", sk: "META", session_id: "x", user_id: "victor", owner_user_id: "victor" },
  ...{ created_by: { kind: "operator", id: "victor" }, revision: 99, last_activity: "2099-01-01T00:00:00.000Z" },
  ...{ claimed_bytes: -1, file_counts: { uploads: -1 }, guest_token_hash: "0".repeat(64), __proto__x: 1 },
};
/** What they take is the caller's own text, whatever stands in it. */
const ownText = new Set(["putPreferences"]);
const jsonRoutes = routes.filter(
  ({ name, bodyKind, access }) => bodyKind === "json" && access !== "operator" && !ownText.has(name),
);

test.each(byName(jsonRoutes))("%s takes no field of a record that is not its own", async (_, route) => {
  const { headers, own } = known.user;
  const taken: string[] = [];
  for (const [field, value] of Object.entries(recordFields)) {
    const { body, headers: type } = bodyOf(route, { [field]: value });
    const answer = await fetch(`${host.url}${pathOf(route, { session_id: own, upload_id: "u", archive_id: "a" })}`, {
      ...{ method: route.method, body: body ?? null, headers: { ...(type as object), ...headers } },
    });
    if (answer.status !== 400) taken.push(field);
    await answer.body?.cancel();
  }
  expect(taken).toEqual([]);
});

const queryRoutes = routes.filter((route) => route.query !== undefined && route.access !== "operator");

test.each(byName(queryRoutes))("%s refuses a parameter that is given twice", async (_, route) => {
  const { headers, own } = known.user;
  for (const name of Object.keys(route.query?.shape ?? {})) {
    const { body, headers: type } = bodyOf(route);
    const path = pathOf(route, { session_id: own, upload_id: "u", archive_id: "a" });
    const answer = await fetch(`${host.url}${path}?${name}=1&${name}=2`, {
      ...{ method: route.method, body: body ?? null, headers: { ...(type as object), ...headers }, redirect: "manual" },
    });
    expect({ status: answer.status, text: await answer.text() }).toMatchObject({
      status: 400,
      text: expect.stringContaining(`\`${name}\` is given 2 times`),
    });
  }
});

test("none of it has moved anything of the victim's", async () => {
  expect(await victim.holdings()).toEqual(before);
});
