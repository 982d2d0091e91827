import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Route } from "../../shared/contract/route.ts";
import * as contract from "../../shared/contract/routes.ts";
import { startAcceptanceHost } from "../support/acceptance.ts";
import { type CallerName, callerNames, makeCallers, type SessionKind, sessionKinds } from "../support/callers.ts";
import { type OidcIssuer, startOidcIssuer } from "../support/oidc-issuer.ts";
import { callRoute } from "../support/route-calls.ts";

/** Every route × every kind of caller × every kind of session id. A route of the contract cannot stay out of it. */
const routes = Object.values(contract) as Route[];
const sessionRoutes = routes.filter((route) => route.path.includes("{session_id}"));
const otherRoutes = routes.filter((route) => !sessionRoutes.includes(route));

let host: Host;
let idp: OidcIssuer;
let situation: Awaited<ReturnType<typeof makeCallers>>;

beforeAll(async () => {
  idp = await startOidcIssuer();
  host = await startAcceptanceHost({ OIDC_ISSUER: idp.issuer, OIDC_AUDIENCE: "cubby", MAX_SESSIONS: "1000" });
  situation = await makeCallers(host, idp);
});
afterAll(async () => {
  await host.close();
  await idp.close();
});

/** A call that would succeed for the owner. */
function send(route: Route, sessionId: string, headers: Record<string, string>): Promise<Response> {
  return callRoute(host.url, route, { session_id: sessionId }, headers);
}

/** What a call comes to: through to the route, or refused before it. */
type Outcome =
  | "through"
  | "400 invalid_request"
  | "401"
  | "403 not_allowed"
  | "404 session_not_found"
  | "410 session_expired";

const hidden = "404 session_not_found";
const over = "410 session_expired";
const own = { own: "through", foreign: hidden, missing: hidden, malformed: hidden, expired: over } as const;

/** Whatever the session, the caller does not come so far as to ask for it. */
function always(outcome: Outcome): Record<SessionKind, Outcome> {
  return { own: outcome, foreign: outcome, missing: outcome, malformed: outcome, expired: outcome };
}

const table: Record<CallerName, Record<SessionKind, Outcome>> = {
  user: own,
  service: own,
  guest: own,
  // Whatever the owner may, and no more: what is over is over for him, too.
  operator: { ...own, foreign: "through" },
  "service for another of its users": always(hidden),
  "service outside its namespace": always("403 not_allowed"),
  "service without the header": always("400 invalid_request"),
  nobody: always("401"),
  "bad token": always("401"),
  "expired token": always("401"),
  "ID token": always("401"),
  "token of another audience": always("401"),
};

/** Routes that answer about a session which is over: its receipt, or where its removal stands. */
function speaksOfEnded({ name, method, path }: Route): boolean {
  return name === "getReceipt" || (method === "DELETE" && path.endsWith("{session_id}"));
}

function expected(route: Route, caller: CallerName, kind: SessionKind): Outcome {
  const outcome = table[caller][kind];
  if (route.access === "operator" && caller !== "operator" && outcome !== "401") return "403 not_allowed";
  if (route.access === "account" && caller === "guest") return "403 not_allowed";
  return outcome === over && speaksOfEnded(route) ? "through" : outcome;
}

async function outcomeOf(answer: Response): Promise<Outcome | string> {
  const isProblem = answer.headers.get("content-type") === "application/problem+json";
  const problem = isProblem ? ((await answer.json()) as { code: string; status: number }) : undefined;
  if (problem !== undefined && problem.status !== answer.status) return `${answer.status} that says ${problem.status}`;
  if (answer.status === 401) return "401";
  if (answer.status >= 500) return `${answer.status}`;
  // A thing that is not in the session, a version that is not the present one: all that is behind the door.
  const refusals = ["invalid_request", "not_allowed", "session_not_found", "session_expired"];
  return problem !== undefined && refusals.includes(problem.code) ? `${answer.status} ${problem.code}` : "through";
}

const isOpen = (route: Route) => route.access === "open" || route.access === "maybe_guest";

describe.each(sessionRoutes.map((route) => [route.name, route] as const))("%s", (_, route) => {
  test.each(callerNames)("by a caller of the kind: %s", async (caller) => {
    const outcomes = sessionKinds.map(async (kind) => {
      const wanted = expected(route, caller, kind);
      const { headers, sessionId } = await situation(caller, kind, { fresh: wanted === "through" });
      const answer = await send(route, sessionId, headers);
      if (wanted === hidden)
        expect(await answer.clone().json()).toMatchObject({ detail: `Cannot find session "${sessionId}"` });
      return [kind, await outcomeOf(answer)];
    });
    const wanted = sessionKinds.map((kind) => [kind, expected(route, caller, kind)]);
    expect(Object.fromEntries(await Promise.all(outcomes))).toEqual(Object.fromEntries(wanted));
  });
});

/** Routes without a session in their path: it all depends on who calls. */
function expectedOf(route: Route, caller: CallerName): Outcome {
  const outcome = table[caller].own;
  if (caller === "service for another of its users") return route.access === "operator" ? "403 not_allowed" : "through";
  if (!isOpen(route)) return expected(route, caller, "own");
  if (caller === "nobody") return "through";
  // Nobody is asked who he is there; but a token that is sent has to be good, and a header true.
  return route.access === "open" && caller === "service without the header" ? "through" : outcome;
}

describe.each(otherRoutes.map((route) => [route.name, route] as const))("%s", (_, route) => {
  test.each(callerNames)("by a caller of the kind: %s", async (caller) => {
    const { headers } = await situation(caller, "own", { fresh: true });
    const outcome = await outcomeOf(await send(route, "", headers));
    // Where the path names no session, the caller has none yet: nothing is hidden from him.
    expect(outcome === hidden ? "through" : outcome).toBe(expectedOf(route, caller));
  });
});

test.each(["user", "operator", "guest", "nobody"] as const)(
  "a %s who says that he acts for somebody is refused, instead of left to believe it",
  async (caller) => {
    const { headers } = await situation(caller, "own");
    const claim = { ...headers, "cubby-user-id": "telegram_1" };
    const answer = await send(contract.createSession as Route, "", claim);
    expect({ status: answer.status, body: await answer.json() }).toMatchObject({
      status: 400,
      body: { code: "invalid_request", detail: expect.stringContaining("Cubby-User-Id") },
    });
  },
);

test.each([
  "session_20261121_093000_k3w5x2mzq7ab4cde%00",
  "%2e%2e",
  "a%2Fb",
  "x".repeat(2000),
  "SESSION%231",
  "%F0%9F%8E%89",
])("the session id %j is like any that does not exist, also to operators", async (sessionId) => {
  for (const caller of ["user", "operator"] as const) {
    const { headers } = await situation(caller, "own");
    const answer = await send(contract.getSession as Route, sessionId, headers);
    expect(answer.status).toBe(404);
    expect(["session_not_found", "route_not_found"]).toContain(((await answer.json()) as { code: string }).code);
  }
});
