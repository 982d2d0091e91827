import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let operator: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "20" });
  operator = await clientOf(host, "olga", { scope: "cubby/operate" });
});
afterAll(() => host.close());

const files = [{ name: "a.csv", content: "x,y\n1,2\n3,4\n" }];

/** What is left of these sessions, in bucket and table. */
async function censusOf(ids: readonly string[]) {
  const engines = viewEngines(host);
  const objects = await Promise.all(ids.map((id) => engines.keysOf(id)));
  const items = await Promise.all(ids.map((id) => engines.sortKeysOf(id)));
  return { objects: objects.flat(), items: items.map((keys) => keys.join()) };
}

async function userItems(userId: string): Promise<string[]> {
  const keys: string[] = [];
  const query = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": `USER#${userId}` } };
  for await (const item of viewEngines(host).table.queryAll(query)) keys.push(item.sk);
  return keys;
}

async function severalSessions(client: Client, count: number): Promise<string[]> {
  const ids = [];
  for (let made = 0; made < count; made++) ids.push(await newSession(client));
  return ids;
}

describe("DELETE /v1/sessions", () => {
  test("ends all of mine and answers their receipts; again, nothing is left to end", async () => {
    const mine = `ana-${randomUUID()}`; // nobody has kept anything of his before
    const ana = await clientOf(host, mine);
    const bob = await clientOf(host, "bob");
    const ids = await severalSessions(ana, 5);
    const bobs = await newSession(bob);
    await ana.uploadFiles(ids[0] ?? "", files);
    const create = () => ana.call("createSession", { body: {}, idempotencyKey: "again" });
    ids.push((await create()).session_id);
    const cleared = await ana.call("clearSessions", {});
    expect(cleared).toMatchObject({ ended: 6, failed: [], remaining: false });
    expect(cleared.receipts.map((receipt) => receipt.session_id).sort()).toEqual([...ids].sort());
    for (const receipt of cleared.receipts) {
      expect(receipt).toMatchObject({ reason: "cleared", ended_by: { kind: "user", id: mine } });
    }
    expect(await censusOf(ids)).toEqual({ objects: [], items: ids.map(() => "META") });
    expect(await userItems(mine)).toEqual([]);
    expect((await ana.call("listSessions", {})).data).toEqual([]);
    expect(await ana.call("clearSessions", {})).toEqual({ receipts: [], ended: 0, failed: [], remaining: false });
    expect(await bob.call("getSession", { params: { session_id: bobs } })).toMatchObject({ user_id: "bob" });
  });

  test("finishes what was marked and names the rule of what was over already", async () => {
    const cleo = await clientOf(host, "cleo");
    const [over = "", marked = ""] = await severalSessions(cleo, 2);
    const { table, expire } = viewEngines(host);
    await expire(over);
    await table.update(
      { pk: `SESSION#${marked}`, sk: "META" },
      {
        UpdateExpression: "SET #status = :deleting, ending_reason = :reason",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":deleting": "deleting", ":reason": "deleted" },
      },
    );
    const { receipts } = await cleo.call("clearSessions", {});
    const reasons = Object.fromEntries(receipts.map((receipt) => [receipt.session_id, receipt.reason]));
    expect(reasons).toEqual({ [over]: "idle", [marked]: "deleted" });
  });

  test("asks operators to confirm whose sessions they mean", async () => {
    const dora = await clientOf(host, "dora");
    const id = await newSession(dora);
    const query = { user_id: "dora" };
    const unconfirmed = await problemOf(operator.call("clearSessions", { query }));
    expect(unconfirmed).toMatchObject({ status: 400, code: "confirmation_needed" });
    expect(unconfirmed.message).toContain("confirm=dora");
    const wrong = await problemOf(operator.call("clearSessions", { query: { ...query, confirm: "ana" } }));
    expect(wrong).toMatchObject({ code: "confirmation_needed" });
    const stranger = await clientOf(host, "stranger");
    const foreign = await problemOf(stranger.call("clearSessions", { query: { ...query, confirm: "dora" } }));
    expect(foreign).toMatchObject({ status: 403, code: "not_allowed" });
    expect(await dora.call("getSession", { params: { session_id: id } })).toMatchObject({ status: "active" });
    const cleared = await operator.call("clearSessions", { query: { ...query, confirm: "dora" } });
    expect(cleared).toMatchObject({ ended: 1, receipts: [{ session_id: id, ended_by: { kind: "operator" } }] });
  });

  test.each([
    { query: { confirm: "everyone" }, what: "without `all`" },
    { query: { all: "true" as const, user_id: "ana", confirm: "everyone" }, what: "with `user_id` beside `all`" },
  ])("refuses a confirmation $what", async ({ query }) => {
    expect(await problemOf(operator.call("clearSessions", { query }))).toMatchObject({ code: "invalid_request" });
  });

  test("of a service ends the sessions of the user it acts for, and of no other of its users", async () => {
    const token = await host.issueToken({ sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" });
    const botFor = (userId: string) => createClient({ baseUrl: host.url, token, userId });
    const ids = await severalSessions(botFor("telegram_1"), 2);
    const kept = await newSession(botFor("telegram_2"));
    const cleared = await botFor("telegram_1").call("clearSessions", {});
    expect(cleared.receipts.map((receipt) => receipt.session_id).sort()).toEqual(ids.sort());
    expect(cleared.receipts[0]?.ended_by).toEqual({ kind: "service", id: "telegram-bot" });
    const query = { user_id: "telegram_2", confirm: "telegram_2" };
    expect(await problemOf(botFor("telegram_1").call("clearSessions", { query }))).toMatchObject({ status: 403 });
    expect(await botFor("telegram_2").call("currentSession", {})).toMatchObject({ session_id: kept });
  });

  test("of an operator without parameters ends his own only", async () => {
    const mine = await newSession(operator);
    const eve = await clientOf(host, "eve");
    const hers = await newSession(eve);
    expect(await operator.call("clearSessions", {})).toMatchObject({ ended: 1, receipts: [{ session_id: mine }] });
    expect(await eve.call("getSession", { params: { session_id: hers } })).toMatchObject({ user_id: "eve" });
  });

  test("of everyone needs an operator and the word, and leaves nobody a session", async () => {
    const fay = await clientOf(host, "fay");
    const ids = await severalSessions(fay, 2);
    const guest = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
    const query = { all: "true" as const };
    expect(await problemOf(fay.call("clearSessions", { query: { ...query, confirm: "everyone" } }))).toMatchObject({
      status: 403,
    });
    const unconfirmed = await problemOf(operator.call("clearSessions", { query }));
    expect(unconfirmed).toMatchObject({ code: "confirmation_needed", message: expect.stringContaining("everyone") });
    const cleared = await operator.call("clearSessions", { query: { ...query, confirm: "everyone" } });
    expect(cleared).toMatchObject({ failed: [], remaining: false });
    const ended = cleared.receipts.map((receipt) => receipt.session_id);
    expect(ended).toEqual(expect.arrayContaining([...ids, guest.session_id]));
    expect(await operator.call("stats", {})).toMatchObject({ live: 0, awaiting_removal: 0 });
  });
});

describe("DELETE /v1/users/{user_id}", () => {
  test("ends everything of a user and removes his preferences; nothing but tombstones is left", async () => {
    const gil = await clientOf(host, "gil");
    const ids = await severalSessions(gil, 2);
    await gil.uploadFiles(ids[0] ?? "", files);
    await gil.call("putPreferences", { body: { colours: "dark" } });
    const kept = await gil.call("createSession", { body: {}, idempotencyKey: "kept" });
    ids.push(kept.session_id);
    expect(await userItems("gil")).toEqual(["ANSWER#user:gil#kept", "PREFERENCES"]);
    const params = { user_id: "gil" };
    expect(await problemOf(gil.call("evictUser", { params, query: { confirm: "gil" } }))).toMatchObject({
      status: 403,
    });
    expect(await problemOf(operator.call("evictUser", { params }))).toMatchObject({
      code: "confirmation_needed",
      message: expect.stringContaining("confirm=gil"),
    });
    const evicted = await operator.call("evictUser", { params, query: { confirm: "gil" } });
    expect(evicted).toMatchObject({ user_id: "gil", ended: 3, remaining: false, items_removed: 1 });
    expect(evicted.preferences_removed).toBe(true);
    expect(evicted.receipts[0]).toMatchObject({ reason: "evicted", ended_by: { kind: "operator", id: "olga" } });
    expect(await censusOf(ids)).toEqual({ objects: [], items: ["META", "META", "META"] });
    expect(await userItems("gil")).toEqual([]);
    expect(await gil.call("getPreferences", {})).toEqual({});
    const again = await operator.call("evictUser", { params, query: { confirm: "gil" } });
    expect(again).toMatchObject({ ended: 0, receipts: [], preferences_removed: false, items_removed: 0 });
  });

  test("refuses what no user can be called", async () => {
    const call = operator.call("evictUser", { params: { user_id: "ENDED#gil" }, query: { confirm: "ENDED#gil" } });
    expect(await problemOf(call)).toMatchObject({ status: 400, code: "invalid_request" });
  });
});

describe("GET /v1/usage", () => {
  test("adds up my live sessions beside their limits", async () => {
    const hal = await clientOf(host, "hal");
    const [first = "", second = ""] = await severalSessions(hal, 2);
    await hal.uploadFiles(first, files);
    await hal.uploadFiles(second, [...files, { name: "b.csv", content: "z\n1\n" }]);
    const sessions = (await hal.call("listSessions", {})).data;
    const usage = await hal.call("usage", {});
    expect(usage).toMatchObject({
      user_id: "hal",
      sessions: { live: 2, limit: null, keep_newest: 20 },
      tables: 3,
      rows: 5,
      limits: { session_files: 10_000, session_bytes: 10e9 },
      fullest_session: { session_id: second },
      next_ending: { session_id: first, expires_at: sessions[1]?.expires_at },
      complete: true,
    });
    expect(usage.bytes).toBe(sessions.reduce((sum, session) => sum + session.total_size_bytes, 0));
    const counts = sessions.flatMap((session) => Object.values(session.file_counts));
    expect(usage.files).toBe(counts.reduce((sum, count) => sum + count, 0));
    expect(await operator.call("usage", { query: { user_id: "hal" } })).toEqual(usage);
    const stranger = await clientOf(host, "stranger");
    expect(await problemOf(stranger.call("usage", { query: { user_id: "hal" } }))).toMatchObject({ status: 403 });
  });

  test("of somebody without sessions is nothing", async () => {
    const idle = await clientOf(host, "idle");
    expect(await idle.call("usage", {})).toMatchObject({
      sessions: { live: 0 },
      files: 0,
      fullest_session: null,
      next_ending: null,
    });
  });
});

describe("GET /v1/stats", () => {
  test("is for operators", async () => {
    const ana = await clientOf(host, "ana");
    expect(await problemOf(ana.call("stats", {}))).toMatchObject({ status: 403, code: "not_allowed" });
  });
});

describe("routes of older chat servers", () => {
  test("list my sessions, and delete a conversation with its session", async () => {
    const ida = await clientOf(host, "ida");
    const { session_id, created_at } = await ida.call("createSession", {
      body: { platform: "telegram", style: "brief", reuse: true },
    });
    await ida.call("appendHistory", { params: { session_id }, body: { role: "user", content: "hello" } });
    expect(await ida.call("chatSessions", {})).toEqual({
      sessions: [{ session_id, style: "brief", created_at, last_used: expect.any(String) }],
      total: 1,
    });
    const removed = await ida.call("removeChat", { params: { session_id } });
    expect(removed).toMatchObject({ session_id });
    expect(await ida.call("removeChat", { params: { session_id } })).toEqual(removed);
    expect(await ida.call("chatSessions", {})).toEqual({ sessions: [], total: 0 });
    expect(await censusOf([session_id])).toEqual({ objects: [], items: ["META"] });
  });
});
