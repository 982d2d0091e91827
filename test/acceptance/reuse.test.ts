import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey, threadKey } from "../../shared/aws/item-keys.ts";
import { type Client, createClient } from "../../shared/client/index.ts";
import { newSessionId } from "../../shared/ids.ts";
import { clientOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

/** `reuse: true`: find or create, and never two sessions for one thread. */
let host: Host;
let engines: ReturnType<typeof viewEngines>;

beforeAll(async () => {
  host = await startAcceptanceHost();
  engines = viewEngines(host);
});
afterAll(() => host.close());

type Thread = { platform?: string; thread_id?: string };
const reuse = (client: Client, thread: Thread = {}) =>
  client.call("createSession", { body: { ...thread, reuse: true } });
const idOf = async (client: Client, thread: Thread = {}) => (await reuse(client, thread)).session_id;
const at = (millisecondsAgo: number) => new Date(Date.now() - millisecondsAgo).toISOString();

async function liveIds(client: Client): Promise<string[]> {
  return (await client.call("listSessions", { query: { limit: 100 } })).data.map((session) => session.session_id);
}

describe("createSession() with reuse", () => {
  test.each([1, 2, 3])("gives fifty calls at once one session (round %i)", async (round) => {
    const client = await clientOf(host, `crowd-${round}`);
    const thread = { platform: "telegram", thread_id: `chat ${round} ✓#META` };
    const ids = await Promise.all(Array.from({ length: 50 }, () => idOf(client, thread)));
    expect(new Set(ids).size).toBe(1);
    expect(await liveIds(client)).toEqual([ids[0]]);
  });

  test("keeps users, platforms and threads apart; no thread is a thread of its own", async () => {
    const ana = await clientOf(host, "ana");
    const bob = await clientOf(host, "bob");
    const threads: [Client, Thread][] = [
      [ana, {}],
      [ana, { platform: "web" }],
      [ana, { platform: "web", thread_id: "1" }],
      [ana, { platform: "web", thread_id: "2" }],
      [ana, { platform: "telegram", thread_id: "1" }],
      [bob, { platform: "web", thread_id: "1" }],
    ];
    const first = [];
    for (const [client, thread] of threads) first.push(await idOf(client, thread));
    expect(new Set(first).size).toBe(threads.length);
    const again = await Promise.all(threads.map(([client, thread]) => idOf(client, thread)));
    expect(again).toEqual(first);
  });

  test("finds a session that was made without it, and of several the newest", async () => {
    const client = await clientOf(host, "cleo");
    const body = { platform: "web", thread_id: "a" };
    await client.call("createSession", { body });
    const second = await client.call("createSession", { body });
    expect(await idOf(client, body)).toBe(second.session_id);
  });

  test("makes a new session when the old one is over or deleted, and leaves no claim behind", async () => {
    const client = await clientOf(host, "dora");
    const thread = { platform: "web", thread_id: "b" };
    const first = await idOf(client, thread);
    await engines.expire(first);
    const second = await idOf(client, thread);
    expect(second).not.toBe(first);
    // The claim is the second's by now: the end of the first does not take it away.
    await client.call("deleteSession", { params: { session_id: first } });
    expect(await engines.table.find(threadKey("dora", "web", "b"))).toMatchObject({ session_id: second });
    await client.call("deleteSession", { params: { session_id: second } });
    expect(await engines.table.find(threadKey("dora", "web", "b"))).toBeUndefined();
    expect(await idOf(client, thread)).not.toBe(second);
  });

  test("takes over the claim of a call that died before it made its session", async () => {
    const client = await clientOf(host, "emil");
    const thread = { platform: "web", thread_id: "c" };
    const claim = { ...threadKey("emil", "web", "c"), session_id: newSessionId(new Date()), claimed_at: at(11_000) };
    await engines.table.put({ ...claim, ttl: Math.ceil(Date.now() / 1000) + 3600 });
    const ids = await Promise.all(Array.from({ length: 10 }, () => idOf(client, thread)));
    expect(new Set(ids).size).toBe(1);
    expect(await liveIds(client)).toEqual([ids[0]]);
  });

  test("waits for the session of a call that is still on its way", async () => {
    const client = await clientOf(host, "finn");
    const other = await client.call("createSession", { body: { platform: "web", thread_id: "other" } });
    const stored = await engines.table.find(sessionKey(other.session_id));
    const made = newSessionId(new Date());
    const claim = { ...threadKey("finn", "web", "d"), session_id: made, claimed_at: at(0) };
    await engines.table.put({ ...claim, ttl: Math.ceil(Date.now() / 1000) + 3600 });
    const waiting = idOf(client, { platform: "web", thread_id: "d" });
    // What the call that holds the claim does last.
    await engines.table.put({ ...stored, ...sessionKey(made), session_id: made, thread_id: "d" });
    expect(await waiting).toBe(made);
  });

  test("follows a session that moved to another thread", async () => {
    const client = await clientOf(host, "gert");
    const first = await idOf(client, { platform: "web", thread_id: "old" });
    await client.call("patchSession", { params: { session_id: first }, body: { thread_id: "new" } });
    expect(await idOf(client, { platform: "web", thread_id: "new" })).toBe(first);
    const second = await idOf(client, { platform: "web", thread_id: "old" });
    expect(second).not.toBe(first);
    await client.call("deleteSession", { params: { session_id: first } });
    expect(await idOf(client, { platform: "web", thread_id: "old" })).toBe(second);
  });

  test("keeps thread, style and metadata as given, and changes nothing of a session that it finds", async () => {
    const client = await clientOf(host, "hana");
    const body = {
      platform: "my-bot",
      thread_id: " Ünïcode/../#1 ",
      style: "Tutor",
      metadata: { a: [1, { b: null }] },
    };
    const made = await client.call("createSession", { body: { ...body, reuse: true } });
    expect(made).toMatchObject(body);
    const found = await client.call("createSession", { body: { ...body, style: "other", metadata: {}, reuse: true } });
    expect(found).toMatchObject({ ...body, session_id: made.session_id });
    const params = { session_id: made.session_id };
    expect(await client.call("patchSession", { params, body: { style: null } })).toMatchObject({
      ...body,
      style: null,
    });
  });

  test("makes each guest a session, and answers a guest's own to his token", async () => {
    const nobody = createClient({ baseUrl: host.url });
    const first = await reuse(nobody, { platform: "web", thread_id: "g" });
    const second = await reuse(nobody, { platform: "web", thread_id: "g" });
    expect(second.session_id).not.toBe(first.session_id);
    const guest = createClient({ baseUrl: host.url, token: first.session_token ?? "" });
    const found = await reuse(guest, { platform: "web", thread_id: "g" });
    expect(found.session_id).toBe(first.session_id);
    expect(found).not.toHaveProperty("session_token");
    await engines.expire(first.session_id);
    const third = await reuse(guest);
    expect(third.session_id).not.toBe(first.session_id);
    expect(third.session_token).toEqual(expect.any(String));
  });

  test("ends its claim with a session that the sweep ends", async () => {
    const client = await clientOf(host, "ivo");
    const id = await idOf(client, { platform: "web", thread_id: "s" });
    await engines.expire(id);
    await host.invoke("sweep", {});
    expect(await engines.table.find(threadKey("ivo", "web", "s"))).toBeUndefined();
  });
});
