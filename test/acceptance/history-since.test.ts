import { v7 } from "uuid";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, CubbyError, createClient } from "../../shared/client/index.ts";
import { clientOf, newSession, problemOf } from "../support/acceptance.ts";
import { type CountedHost, startCountedHost } from "../support/count-requests.ts";
import { viewEngines } from "../support/engines-view.ts";

let counted: CountedHost;
let ana: Client;
let authorization = "";

beforeAll(async () => {
  counted = await startCountedHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(counted.host, "ana");
  authorization = `Bearer ${await counted.host.issueToken({ sub: "ana" })}`;
});
afterAll(() => counted.close());

function say(id: string, content: string, client = ana) {
  return client.call("appendHistory", { params: { session_id: id }, body: { role: "user", content } });
}

function list(id: string, query: { since?: string; cursor?: string; order?: "asc" | "desc"; limit?: number }) {
  return ana.call("listHistory", { params: { session_id: id }, query });
}

async function poll(id: string, since: string | null, etag: string | null) {
  const url = `${counted.host.url}/v1/sessions/${id}/history?${since === null ? "" : `since=${since}`}`;
  return fetch(url, { headers: { authorization, ...(etag === null ? {} : { "if-none-match": etag }) } });
}

/** An entry that takes long from its writer to the table: it lands now, with an id of some seconds ago. */
async function landLate(id: string, content: string): Promise<void> {
  const entryId = v7({ msecs: Date.now() - 6_000 });
  const created_at = new Date().toISOString();
  const entry = { entry_id: entryId, role: "user", content, created_at, metadata_json: "{}", origin: "client" };
  await viewEngines(counted.host).table.put({ pk: `SESSION#${id}`, sk: `HISTORY#${entryId}`, ...entry });
}

/** What the work asked of the table; the host's own scan for expired items is not ours. */
async function costOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  counted.take();
  await work();
  const { Scan: _, ...counts } = counted.take();
  return counts;
}

describe("since", () => {
  test("answers an unchanged poll 304 for one request to the table, with the ETag of whatever came before", async () => {
    const id = await newSession(ana);
    for (let count = 0; count < 30; count++) await say(id, `entry ${count}`);
    let since: string | null = null;
    let etag: string | null = null;
    for (let page = 0; page < 2; page++) {
      const answer = await poll(id, since, etag);
      expect(answer.status).toBe(200);
      etag = answer.headers.get("etag");
      const known = await poll(id, since, etag);
      expect(known.status).toBe(304);
      since = ((await answer.json()) as { next_since: string }).next_since;
    }
    expect(etag).toMatch(/^"[0-9a-f-]+"$/);
    const cost = await costOf(async () => expect((await poll(id, since, etag)).status).toBe(304));
    expect(cost).toEqual({ Query: 1 });
    await say(id, "news");
    const news = (await (await poll(id, since, etag)).json()) as { data: { content: string }[] };
    expect(news.data.map((entry) => entry.content)).toEqual(["news"]);
  });

  test("delivers an entry that lands late with an older id, once, and what was delivered never again", async () => {
    const id = await newSession(ana);
    await say(id, "one");
    await say(id, "two");
    const first = await list(id, {});
    expect(first.data.map((entry) => entry.content)).toEqual(["one", "two"]);
    await landLate(id, "late");
    const second = await list(id, { since: first.next_since ?? "" });
    expect(second.data.map((entry) => entry.content)).toEqual(["late"]);
    const third = await list(id, { since: second.next_since ?? "" });
    expect(third).toMatchObject({ data: [], next_cursor: null });
    expect((await list(id, {})).data.map((entry) => entry.content)).toEqual(["late", "one", "two"]);
  });

  test("goes on from the newest page of a list that runs backwards", async () => {
    const id = await newSession(ana);
    for (const content of ["one", "two", "three"]) await say(id, content);
    const newest = await list(id, { order: "desc", limit: 2 });
    expect(newest.data.map((entry) => entry.content)).toEqual(["three", "two"]);
    await say(id, "four");
    const { data } = await list(id, { since: newest.next_since ?? "" });
    expect(data.map((entry) => entry.content)).toEqual(["four"]);
    const older = await list(id, { order: "desc", cursor: newest.next_cursor ?? "" });
    expect(older.data.map((entry) => entry.content)).toEqual(["one"]);
    expect(older.next_since).toBeNull();
  });

  test("takes an entry's id and a time, and pages", async () => {
    const id = await newSession(ana);
    const before = new Date(Date.now() - 1).toISOString();
    const entries = [];
    for (const content of ["one", "two", "three"]) entries.push(await say(id, content));
    const tail = await list(id, { since: entries[0]?.entry_id ?? "" });
    expect(tail.data).toEqual(entries.slice(1));
    const paged = [];
    const query = { since: before, limit: 1 };
    for await (const entry of ana.pages("listHistory", { params: { session_id: id }, query })) paged.push(entry);
    expect(paged).toEqual(entries);
    const future = await list(id, { since: new Date(Date.now() + 60_000).toISOString() });
    expect(future).toMatchObject({ data: [], next_cursor: null });
  });

  test.each([{ since: "yesterday" }, { since: "s1.AAAA" }, { since: "2026-11-21T09:00:00Z", order: "desc" as const }])(
    "refuses %o",
    async (query) => {
      const id = await newSession(ana);
      expect(await problemOf(list(id, query))).toMatchObject({ status: 400, code: "invalid_request" });
    },
  );

  test("is refused once the session is over, for one request", async () => {
    const id = await newSession(ana);
    const { next_since } = await list(id, {});
    await viewEngines(counted.host).expire(id);
    const cost = await costOf(async () => expect((await poll(id, next_since, null)).status).toBe(410));
    expect(cost).toEqual({ Query: 1 });
  });
});

describe("appending", () => {
  test("is one write and costs the same whatever the history's length", async () => {
    const id = await newSession(ana);
    const cost = { Query: 1, PutItem: 1, GetItem: 1 };
    expect(await costOf(() => say(id, "first"))).toEqual(cost);
    for (let count = 0; count < 40; count++) await say(id, `entry ${count}`);
    expect(await costOf(() => say(id, "last"))).toEqual(cost);
  });
});

describe("followHistory()", () => {
  test("gives every follower each of 100 concurrent appends exactly once; nothing is lost, each writer's order kept", async () => {
    const id = await newSession(ana);
    const ended = new AbortController();
    const follow = async (client: Client) => {
      const seen: string[] = [];
      for await (const entry of client.followHistory(id, { intervalMs: 5, signal: ended.signal })) {
        seen.push(entry.content);
        if (seen.length === 120) break;
      }
      return seen;
    };
    const followers = [ana, await clientOf(counted.host, "ana"), await clientOf(counted.host, "ana")].map(follow);
    const writers = await Promise.all(Array.from({ length: 5 }, () => clientOf(counted.host, "ana")));
    const flood = Array.from({ length: 100 }, (_, index) => say(id, `flood ${index}`, writers[index % 5]));
    const turns = writers.slice(0, 2).map(async (writer, who) => {
      for (let turn = 0; turn < 10; turn++) await say(id, `writer ${who} turn ${turn}`, writer);
    });
    await Promise.all([...flood, ...turns]);
    const all = [];
    const params = { session_id: id };
    for await (const entry of ana.pages("listHistory", { params })) all.push(entry);
    expect(new Set(all.map((entry) => entry.content)).size).toBe(120);
    expect(all).toHaveLength(120);
    for (const who of [0, 1]) {
      const turnsOf = all.filter((entry) => entry.content.startsWith(`writer ${who}`)).map((entry) => entry.content);
      expect(turnsOf).toEqual(Array.from({ length: 10 }, (_, turn) => `writer ${who} turn ${turn}`));
    }
    for (const seen of await Promise.all(followers)) {
      expect(seen.toSorted()).toEqual(all.map((entry) => entry.content).toSorted());
    }
    ended.abort();
  });

  test("ends with its signal, and throws when the session ends", async () => {
    const id = await newSession(ana);
    await say(id, "one");
    const stop = new AbortController();
    const seen: string[] = [];
    for await (const entry of ana.followHistory(id, { intervalMs: 60_000, signal: stop.signal })) {
      seen.push(entry.content);
      stop.abort();
    }
    expect(seen).toEqual(["one"]);
    const following = (async () => {
      for await (const entry of ana.followHistory(id, { intervalMs: 5 })) {
        seen.push(entry.content);
        await ana.call("deleteSession", { params: { session_id: id } });
      }
    })();
    const error = await following.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CubbyError);
    expect(error).toMatchObject({ status: 410, code: "session_expired" });
  });

  test("goes on over an outage and keeps its place", async () => {
    const id = await newSession(ana);
    await say(id, "one");
    let calls = 0;
    const token = await counted.host.issueToken({ sub: "ana" });
    const client = createClient({
      baseUrl: counted.host.url,
      token,
      fetch: async (url, init) => {
        calls++;
        if (calls === 2) throw new TypeError("fetch failed");
        if (calls === 3) return new Response("", { status: 503 });
        return fetch(url, init);
      },
    });
    const seen: string[] = [];
    for await (const entry of client.followHistory(id, { intervalMs: 5 })) {
      seen.push(entry.content);
      if (seen.length === 2) break;
      await say(id, "two");
    }
    expect(seen).toEqual(["one", "two"]);
    expect(calls).toBeGreaterThanOrEqual(4);
  });
});
