import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { clientAt, clockAhead } from "../support/host-app.ts";

const DAY_MS = 24 * 3600 * 1000;

/** Receipts stand for a week, also where another file of tests ran before this one. */
const newcomer = (name: string) => `${name}-${randomUUID()}`;

let host: Host;
let operator: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "3" });
  operator = await clientOf(host, "olga", { scope: "cubby/operate" });
});
afterAll(() => host.close());

async function removed(client: Client): Promise<string> {
  const id = await newSession(client);
  await client.call("deleteSession", { params: { session_id: id } });
  return id;
}

describe("GET /v1/sessions/{session_id}/receipt", () => {
  test("says what was removed, when, by which rule and by whom", async () => {
    const ana = await clientOf(host, "ana");
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x\n1\n" }]);
    const answered = await ana.call("deleteSession", { params });
    const receipt = await ana.call("getReceipt", { params });
    expect(receipt).toEqual(answered);
    expect(receipt).toMatchObject({ reason: "deleted", ended_by: { kind: "user", id: "ana" }, tables: 1 });
    expect(receipt.objects).toBeGreaterThan(1);
    expect(await operator.call("getReceipt", { params })).toEqual(receipt);
    const stranger = await clientOf(host, "stranger");
    expect(await problemOf(stranger.call("getReceipt", { params }))).toMatchObject({ code: "session_not_found" });
  });

  test("names the operator who ended somebody's session, and nobody where a rule did", async () => {
    const bob = await clientOf(host, "bob");
    const ids = [];
    for (let count = 0; count < 4; count++) ids.push(await newSession(bob));
    const byRule = await bob.call("getReceipt", { params: { session_id: ids[0] ?? "" } });
    expect(byRule.reason).toBe("keep_newest");
    expect(byRule).not.toHaveProperty("ended_by");
    await operator.call("deleteSession", { params: { session_id: ids[1] ?? "" } });
    const byHand = await bob.call("getReceipt", { params: { session_id: ids[1] ?? "" } });
    expect(byHand).toMatchObject({ reason: "deleted", ended_by: { kind: "operator", id: "olga" } });
  });

  test("tells a live session from one that is over and not removed yet", async () => {
    const cleo = await clientOf(host, "cleo");
    const id = await newSession(cleo);
    const call = () => problemOf(cleo.call("getReceipt", { params: { session_id: id } }));
    expect(await call()).toMatchObject({ status: 409, code: "session_is_live" });
    await viewEngines(host).expire(id);
    expect(await call()).toMatchObject({
      status: 409,
      code: "receipt_not_ready",
      message: expect.stringContaining("not removed yet"),
    });
    await host.invoke("sweep", {});
    expect(await cleo.call("getReceipt", { params: { session_id: id } })).toMatchObject({ reason: "idle" });
  });

  test("is for a guest too, by the token of the session that is gone", async () => {
    const created = await createClient({ baseUrl: host.url }).call("createSession", { body: {} });
    const guest = createClient({ baseUrl: host.url, token: created.session_token ?? "" });
    const params = { session_id: created.session_id };
    await guest.call("deleteSession", { params });
    expect(await guest.call("getReceipt", { params })).toMatchObject({ ended_by: { kind: "guest" } });
    expect((await guest.call("listReceipts", {})).data).toHaveLength(1);
  });

  test("is for a service that acts for the user, and names it", async () => {
    const token = await host.issueToken({ sub: "telegram-bot", client_id: "telegram-bot", scope: "cubby/act-as" });
    const bot = createClient({ baseUrl: host.url, token, userId: newcomer("telegram_1") });
    const params = { session_id: await newSession(bot) };
    await bot.call("deleteSession", { params });
    const receipt = await bot.call("getReceipt", { params });
    expect(receipt).toMatchObject({ reason: "deleted", ended_by: { kind: "service", id: "telegram-bot" } });
    expect((await bot.call("listReceipts", {})).data).toEqual([receipt]);
    const other = createClient({ baseUrl: host.url, token, userId: newcomer("telegram_2") });
    expect(await problemOf(other.call("getReceipt", { params }))).toMatchObject({ code: "session_not_found" });
    expect((await other.call("listReceipts", {})).data).toEqual([]);
  });

  test("is gone after seven days, also while DynamoDB still has the item", async () => {
    const userId = newcomer("dora");
    const dora = await clientOf(host, userId);
    const params = { session_id: await removed(dora) };
    const principal = { kind: "user", userId } as const;
    const before = clientAt(host, clockAhead(7 * DAY_MS - 60_000), principal);
    expect(await before.call("getReceipt", { params })).toMatchObject(params);
    expect((await before.call("listReceipts", {})).data).toHaveLength(1);
    const after = clientAt(host, clockAhead(7 * DAY_MS + 60_000), principal);
    expect(await problemOf(after.call("getReceipt", { params }))).toMatchObject({ code: "session_not_found" });
    expect(await problemOf(after.call("getSession", { params }))).toMatchObject({ code: "session_not_found" });
    expect(await problemOf(after.call("deleteSession", { params }))).toMatchObject({ code: "session_not_found" });
    expect((await after.call("listReceipts", {})).data).toEqual([]);
    expect(await viewEngines(host).sortKeysOf(params.session_id)).toEqual(["META"]);
  });
});

describe("GET /v1/receipts", () => {
  test("lists mine, newest first, page by page, and no session among them", async () => {
    const eve = await clientOf(host, newcomer("eve"));
    const ids = [];
    for (let count = 0; count < 3; count++) ids.push(await removed(eve));
    await newSession(eve);
    const first = await eve.call("listReceipts", { query: { limit: 2 } });
    expect(first.data.map((receipt) => receipt.session_id)).toEqual([ids[2], ids[1]]);
    const rest = await eve.call("listReceipts", { query: { limit: 2, cursor: first.next_cursor ?? "" } });
    expect(rest).toMatchObject({ data: [{ session_id: ids[0] }], next_cursor: null });
    expect((await eve.call("listSessions", {})).data).toHaveLength(1);
  });

  test("answers operators for a user, and nobody else", async () => {
    const user_id = newcomer("fay");
    const fay = await clientOf(host, user_id);
    const id = await removed(fay);
    const query = { user_id };
    expect((await operator.call("listReceipts", { query })).data).toMatchObject([{ session_id: id }]);
    expect((await fay.call("listReceipts", { query })).data).toHaveLength(1);
    const stranger = await clientOf(host, "stranger");
    expect(await problemOf(stranger.call("listReceipts", { query }))).toMatchObject({ status: 403 });
    expect(await problemOf(operator.call("listReceipts", { query: { user_id: "a#b" } }))).toMatchObject({
      status: 400,
      code: "invalid_request",
    });
  });
});
