import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "3" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

type Nested = Nested[];

/** An array in an array, so many of them. */
function nested(levels: number): Nested {
  return levels === 1 ? [] : [nested(levels - 1)];
}

describe("sessions", () => {
  test("are created as asked, and read with the time left and an ETag", async () => {
    const body = {
      platform: "telegram",
      thread_id: "t-1",
      metadata: { style: "brief", größe: 0.1, deep: nested(27), most: Number.MAX_SAFE_INTEGER, list: [null, ""] },
      retention: { idle_minutes: 5 },
    };
    const created = await ana.call("createSession", { body });
    expect(created).toMatchObject({
      session_id: expect.stringMatching(/^session_\d{8}_\d{6}_[a-z2-7]{16}$/),
      user_id: "ana",
      ...body,
      retention: { idle_minutes: 5, max_age_minutes: 10_080 },
      status: "active",
      database: { version: 0, tables: 0 },
    });
    expect(created).not.toHaveProperty("session_token");
    const token = await host.issueToken({ sub: "ana" });
    const read = await fetch(`${host.url}/v1/sessions/${created.session_id}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const session = (await read.json()) as { seconds_left: number };
    expect(session.seconds_left).toBeGreaterThan(290);
    expect(session.seconds_left).toBeLessThanOrEqual(300);
    expect(session).not.toHaveProperty("pk");
    const again = await fetch(read.url, {
      headers: { authorization: `Bearer ${token}`, "if-none-match": read.headers.get("etag") ?? "" },
    });
    expect(again.status).toBe(304);
  });

  test("are listed newest first, page by page, and the newest is the current one", async () => {
    const bob = await clientOf(host, "bob");
    const first = await newSession(bob);
    const second = await newSession(bob);
    const third = await newSession(bob);
    const page = await bob.call("listSessions", { query: { limit: 2 } });
    expect(page.data.map((session) => session.session_id)).toEqual([third, second]);
    const rest = await bob.call("listSessions", { query: { limit: 2, cursor: page.next_cursor ?? "" } });
    expect(rest).toMatchObject({ data: [{ session_id: first }], next_cursor: null });
    expect(await bob.call("currentSession", {})).toMatchObject({ session_id: third });
  });

  test("keep the newest N of a user: the oldest goes when one more is made", async () => {
    const cleo = await clientOf(host, "cleo");
    const ids = [];
    for (let count = 0; count < 4; count++) ids.push(await newSession(cleo));
    const { data } = await cleo.call("listSessions", {});
    expect(data.map((session) => session.session_id)).toEqual(ids.slice(1).reverse());
    const gone = await problemOf(cleo.call("getSession", { params: { session_id: ids[0] ?? "" } }));
    expect(gone).toMatchObject({
      status: 410,
      code: "session_expired",
      message: expect.stringContaining("keep_newest"),
    });
  });

  test("with reuse answer the live session of the same thread", async () => {
    const dora = await clientOf(host, "dora");
    const body = { platform: "discord", thread_id: "42", reuse: true };
    const first = await dora.call("createSession", { body });
    expect(await dora.call("createSession", { body })).toMatchObject({ session_id: first.session_id });
    const other = await dora.call("createSession", { body: { ...body, thread_id: "43" } });
    expect(other.session_id).not.toBe(first.session_id);
  });

  test("are changed against the revision that was seen", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    const body = { metadata: { topic: "sales" }, status: "completed" as const };
    expect(await ana.call("patchSession", { params, body, ifMatch: '"1"' })).toMatchObject({ ...body, revision: 2 });
    const stale = await problemOf(ana.call("patchSession", { params, body, ifMatch: '"1"' }));
    expect(stale).toMatchObject({ status: 412, code: "precondition_failed" });
  });

  test("delete through one door: objects and items gone, a tombstone with the receipt left", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x,y\n1,2\n3,4\n" }]);
    const engines = viewEngines(host);
    const objects = await engines.keysOf(id);
    const items = await engines.sortKeysOf(id);
    expect(objects).toContain(`sessions/${id}/uploads/a.csv`);
    const receipt = await ana.call("deleteSession", { params });
    expect(receipt).toMatchObject({
      session_id: id,
      reason: "deleted",
      objects: objects.length,
      items: items.length,
      tables: 1,
    });
    expect(receipt.bytes).toBeGreaterThan(12);
    expect(await engines.keysOf(id)).toEqual([]);
    expect(await engines.sortKeysOf(id)).toEqual(["META"]);
    expect(await problemOf(ana.call("getSession", { params }))).toMatchObject({ status: 410 });
    expect(await ana.call("deleteSession", { params })).toEqual(receipt);
    const { data } = await ana.call("listSessions", {});
    expect(data.map((session) => session.session_id)).not.toContain(id);
  });

  test("that are over answer 410 everywhere, are listed nowhere, and are swept away", async () => {
    const eve = await clientOf(host, "eve");
    const id = await newSession(eve);
    await eve.uploadFiles(id, [{ name: "a.csv", content: "x\n1\n" }]);
    const engines = viewEngines(host);
    await engines.expire(id);
    expect(await problemOf(eve.call("getSession", { params: { session_id: id } }))).toMatchObject({ status: 410 });
    expect((await eve.call("listSessions", {})).data).toEqual([]);
    expect(await problemOf(eve.uploadFiles(id, [{ name: "b.csv", content: "x\n1\n" }]))).toMatchObject({ status: 410 });
    const report = (await host.invoke("sweep", {})) as { ended: Record<string, number>; errors: number };
    expect(report).toMatchObject({ errors: 0, ended: { idle: 1 } });
    expect(await engines.keysOf(id)).toEqual([]);
    expect(await engines.sortKeysOf(id)).toEqual(["META"]);
    expect(await host.invoke("sweep", {})).toMatchObject({ ended: {}, errors: 0 });
  });

  test("of guests are theirs alone, by a token that is answered once", async () => {
    const nobody = createClient({ baseUrl: host.url });
    const created = await nobody.call("createSession", { body: {} });
    const guest = createClient({ baseUrl: host.url, token: created.session_token ?? "" });
    const params = { session_id: created.session_id };
    const read = await guest.call("getSession", { params });
    expect(read).not.toHaveProperty("session_token");
    const foreign = await problemOf(guest.call("getSession", { params: { session_id: await newSession(ana) } }));
    expect(foreign).toMatchObject({ status: 404, code: "session_not_found" });
    const stored = await viewEngines(host).table.find({ pk: `SESSION#${created.session_id}`, sk: "META" });
    expect(JSON.stringify(stored)).not.toContain(created.session_token);
  });
});

describe("purge", () => {
  test("removes what is left when a session's item went away by TTL, and leaves a receipt for its week", async () => {
    const id = await newSession(ana);
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x\n1\n" }]);
    const engines = viewEngines(host);
    const letExpire = async () => {
      await engines.table.update(
        { pk: `SESSION#${id}`, sk: "META" },
        {
          UpdateExpression: "SET #ttl = :past",
          ExpressionAttributeNames: { "#ttl": "ttl" },
          ExpressionAttributeValues: { ":past": 1_700_000_000 },
        },
      );
      await host.removeExpiredItems();
    };
    await letExpire();
    expect(await engines.keysOf(id)).toEqual([]);
    expect(await engines.sortKeysOf(id)).toEqual(["META"]);
    const receipt = await ana.call("getReceipt", { params: { session_id: id } });
    expect(receipt).toMatchObject({ session_id: id, reason: "ttl", tables: 1 });
    expect(receipt.objects).toBeGreaterThan(1);
    await letExpire();
    expect(await engines.sortKeysOf(id)).toEqual([]);
  });
});

describe("Idempotency-Key", () => {
  test("answers what the first call did, also for two at once, and refuses another body", async () => {
    const fay = await clientOf(host, "fay");
    const call = (thread: string) =>
      fay.call("createSession", { body: { thread_id: thread }, idempotencyKey: "create-1" });
    const [first, second] = await Promise.allSettled([call("a"), call("a")]);
    const answers = [first, second].filter((settled) => settled.status === "fulfilled");
    expect(answers.length).toBeGreaterThanOrEqual(1);
    const again = await call("a");
    for (const answer of answers) expect(answer.value.session_id).toBe(again.session_id);
    expect((await fay.call("listSessions", {})).data).toHaveLength(1);
    expect(await problemOf(call("b"))).toMatchObject({ status: 422, code: "idempotency_key_reused" });
  });

  test("goes with the session that it made: nothing that tells of it stays", async () => {
    const gus = await clientOf(host, "gus");
    const body = { metadata: { secret: "of this session" } };
    const { session_id } = await gus.call("createSession", { body, idempotencyKey: "create-2" });
    const engines = viewEngines(host);
    const answer = { pk: "USER#gus", sk: "ANSWER#user:gus#create-2" };
    expect(await engines.table.find(answer)).toMatchObject({ status: 201 });
    await gus.call("deleteSession", { params: { session_id } });
    expect(await engines.table.find(answer)).toBeUndefined();
    expect(await engines.sortKeysOf(session_id)).toEqual(["META"]);
  });
});
