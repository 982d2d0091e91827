import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { ownStores, createTestClock } from "../support/own-stores.ts";

async function liveIds(client: Client): Promise<string[]> {
  return (await client.call("listSessions", { query: { limit: 100 } })).data.map((session) => session.session_id);
}

const times = <Value>(count: number, make: () => Promise<Value>) =>
  Promise.all(Array.from({ length: count }, () => make()));

let host: Host;
beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "4", RETENTION_REFRESH_SECONDS: "0.05" });
});
afterAll(() => host.close());

/** Edits the rules and waits until they hold. */
async function rule(document: object, holds: (info: { max_sessions: number }) => boolean): Promise<void> {
  await writeFile(join(host.dataDirectory, "retention.json"), JSON.stringify(document));
  const client = await clientOf(host, "watcher");
  await eventually(async () => (holds(await client.call("sessionInfo", {})) ? true : undefined));
}

describe("keep-N", () => {
  test.each([1, 2, 3])("leaves the newest N when many are made at once (round %i)", async (round) => {
    const client = await clientOf(host, `crowd-${round}`);
    const before = await times(2, () => newSession(client));
    const made = await times(20, () => newSession(client));
    const live = await liveIds(client);
    expect(live).toHaveLength(4);
    for (const id of live) expect(made).toContain(id);
    for (const id of before) expect(live).not.toContain(id);
    expect(await client.call("currentSession", {})).toMatchObject({ session_id: live[0] });
  });

  test("leaves no more than N of a great many at once", async () => {
    const client = await clientOf(host, "flood");
    await times(60, () => newSession(client));
    expect(await liveIds(client)).toHaveLength(4);
  });

  test("does not end too many when two are made at once", async () => {
    const client = await clientOf(host, "pair");
    const old = [];
    for (let count = 0; count < 4; count++) old.push(await newSession(client));
    const made = await times(2, () => newSession(client));
    expect((await liveIds(client)).toSorted()).toEqual([...made, ...old.slice(2)].toSorted());
  });

  test("leaves one alone that woke up since it was seen", async () => {
    const client = await clientOf(host, "sleeper");
    const oldest = await newSession(client);
    for (let count = 0; count < 3; count++) await newSession(client);
    const engines = viewEngines(host);
    const key = { pk: `SESSION#${oldest}`, sk: "META" };
    const seen = await engines.table.find(key);
    // As a touch between the list and the end would: the index still has the activity of before.
    const clock = createTestClock();
    const stores = ownStores(host, clock);
    const record = await stores.sessions.current(oldest);
    clock.move(61_000);
    await stores.sessions.touch(record);
    const options = { ifUnusedSince: record.last_activity };
    expect(await endSession(stores, record, "keep_newest", options)).toBeUndefined();
    expect((await engines.table.find(key))?.last_activity).not.toBe(seen?.last_activity);
    expect(await liveIds(client)).toContain(oldest);
  });

  test("counts neither sessions that are over nor those of others", async () => {
    const client = await clientOf(host, "counted");
    const other = await clientOf(host, "uncounted");
    const kept = await newSession(client);
    for (let count = 0; count < 5; count++) {
      await viewEngines(host).expire(await newSession(client));
      await newSession(other);
    }
    expect(await liveIds(client)).toEqual([kept]);
    expect(await client.call("currentSession", {})).toMatchObject({ session_id: kept });
  });
});

describe("a user with more than a page of sessions", () => {
  beforeAll(() => rule({ keep_newest: 150 }, (info) => info.max_sessions === 150));

  test("keeps the newest N beyond a hundred, and sees them all page by page", async () => {
    const client = await clientOf(host, "many");
    const made: string[] = [];
    for (let round = 0; round < 31; round++) made.push(...(await times(5, () => newSession(client))));
    const first = await client.call("listSessions", { query: { limit: 100 } });
    const rest = await client.call("listSessions", { query: { limit: 100, cursor: first.next_cursor ?? "" } });
    const listed = [...first.data, ...rest.data];
    expect(listed).toHaveLength(150);
    expect(rest.next_cursor).toBeNull();
    const created = listed.map((session) => session.created_at);
    expect(created).toEqual(created.toSorted().reverse());
    expect(listed.map((session) => session.session_id)).not.toContain(made[0]);
  });
});

describe("a limit on live sessions", () => {
  beforeAll(() => rule({ keep_newest: 9, max_live_sessions: 3 }, (info) => info.max_sessions === 9));

  test("answers 429 with the numbers, and gives the place back when a session ends", async () => {
    const client = await clientOf(host, "lim");
    const ids = [];
    for (let count = 0; count < 3; count++) ids.push(await newSession(client));
    const token = await host.issueToken({ sub: "lim" });
    const answer = await fetch(`${host.url}/v1/sessions`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(await answer.json()).toMatchObject({ status: 429, code: "too_many_sessions", count: 3, limit: 3 });
    const reused = client.call("createSession", { body: { platform: "web", thread_id: "new", reuse: true } });
    expect(await problemOf(reused)).toMatchObject({ status: 429, code: "too_many_sessions" });
    expect((await liveIds(client)).toSorted()).toEqual(ids.toSorted());
    await client.call("deleteSession", { params: { session_id: ids[0] ?? "" } });
    expect(await newSession(client)).toEqual(expect.any(String));
  });

  test.each([1, 2, 3])("holds when many are made at once (round %i)", async (round) => {
    const client = await clientOf(host, `rush-${round}`);
    const settled = await Promise.allSettled(Array.from({ length: 12 }, () => newSession(client)));
    const made = settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    expect((await liveIds(client)).toSorted()).toEqual(made.toSorted());
    expect(made.length).toBeLessThanOrEqual(3);
    expect(made.length).toBeGreaterThan(0);
  });
});
