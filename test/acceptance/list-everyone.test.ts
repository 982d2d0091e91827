import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import type { Session } from "../../shared/contract/session.ts";
import { clientOf, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

/** `GET /v1/sessions` as operators see it: everyone's, with filters. */
let host: Host;
let operator: Client;
let ana: Client;
const made: Session[] = [];

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  operator = await clientOf(host, "ops", { scope: "cubby/operate" });
  ana = await clientOf(host, "ana");
  const bob = await clientOf(host, "bob");
  for (let count = 0; count < 20; count++) {
    const platform = count % 4 === 0 ? "telegram" : "web";
    made.push(await ana.call("createSession", { body: { platform } }));
    made.push(await bob.call("createSession", { body: { platform } }));
  }
  const [first, second, third] = made;
  const params = (session?: Session) => ({ session_id: session?.session_id ?? "" });
  await ana.call("patchSession", { params: params(third), body: { status: "completed" } });
  await viewEngines(host).expire(first?.session_id ?? "");
  await bob.call("deleteSession", { params: params(second) });
});
afterAll(() => host.close());

type Query = { limit?: number; user_id?: string; platform?: string; status?: "active" | "completed" | "error" };

async function pages(client: Client, query: Query): Promise<Session[][]> {
  const found: Session[][] = [];
  let cursor: string | null = null;
  do {
    const page: { data: Session[]; next_cursor: string | null } = await client.call("listSessions", {
      query: { ...query, ...(cursor === null ? {} : { cursor }) },
    });
    found.push(page.data);
    cursor = page.next_cursor;
  } while (cursor !== null);
  return found;
}

const ids = (sessions: readonly Session[]) => sessions.map((session) => session.session_id);
const live = () => made.slice(2);

describe("listSessions() for operators", () => {
  test.each([1, 7, 37, 38, 39, 100])("has every live session exactly once in pages of %i", async (limit) => {
    const found = await pages(operator, { limit });
    expect(ids(found.flat()).toSorted()).toEqual(ids(live()).toSorted());
    for (const page of found.slice(0, -2)) expect(page).toHaveLength(limit);
  });

  test("orders by the end, latest first", async () => {
    const ends = (await pages(operator, { limit: 9 })).flat().map((session) => session.expires_at);
    expect(ends).toEqual(ends.toSorted().reverse());
  });

  test.each([
    { query: { user_id: "ana" }, wanted: (session: Session) => session.user_id === "ana" },
    { query: { platform: "telegram" }, wanted: (session: Session) => session.platform === "telegram" },
    { query: { status: "completed" as const }, wanted: (session: Session) => session === made[2] },
    {
      query: { user_id: "bob", platform: "telegram", status: "active" as const },
      wanted: (session: Session) => session.user_id === "bob" && session.platform === "telegram",
    },
    { query: { user_id: "nobody.else" }, wanted: () => false },
    { query: { status: "error" as const }, wanted: () => false },
  ])("filters by $query", async ({ query, wanted }) => {
    const found = (await pages(operator, { ...query, limit: 5 })).flat();
    expect(ids(found).toSorted()).toEqual(ids(live().filter(wanted)).toSorted());
    for (const session of found) expect(session.seconds_left).toBeGreaterThan(0);
  });

  test("has one user's newest first", async () => {
    const found = (await pages(operator, { user_id: "ana", limit: 4 })).flat();
    const expected = ids(live().filter((session) => session.user_id === "ana")).reverse();
    expect(ids(found)).toEqual(expected);
  });

  test.each(["AAAA", "e30", Buffer.from('{"shards":"x"}').toString("base64url")])(
    "refuses the cursor %s",
    async (cursor) => {
      const problem = await problemOf(operator.call("listSessions", { query: { cursor } }));
      expect(problem).toMatchObject({ status: 400, code: "invalid_cursor" });
    },
  );

  test("refuses a user id that would name another partition of the index", async () => {
    const problem = await problemOf(operator.call("listSessions", { query: { user_id: "ENDED#bob" } }));
    expect(problem).toMatchObject({ status: 400, code: "invalid_request" });
  });
});

describe("listSessions() for users", () => {
  test("has their own, filtered if they like", async () => {
    const found = (await pages(ana, { platform: "telegram", user_id: "ana" })).flat();
    const mine = live().filter(({ user_id, platform }) => user_id === "ana" && platform === "telegram");
    expect(ids(found)).toEqual(ids(mine).reverse());
  });

  test("refuses somebody else's", async () => {
    const problem = await problemOf(ana.call("listSessions", { query: { user_id: "bob" } }));
    expect(problem).toMatchObject({ status: 403, code: "not_allowed" });
  });
});
