import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Client } from "../../shared/client/index.ts";
import { clientOf, newSession } from "../support/acceptance.ts";
import { type CountedHost, startCountedHost } from "../support/count-requests.ts";
import { fillTable } from "../support/fill-table.ts";

/** What each operation costs, counted on the wire between the functions and the engines. */
let counted: CountedHost;
let ana: Client;
beforeAll(async () => {
  counted = await startCountedHost({ MAX_SESSIONS: "1000" });
  ana = await clientOf(counted.host, "ana");
  await newSession(ana); // keys of the issuer, connections: what only the first request of a process does
});
afterAll(() => counted.close());

async function costOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  counted.take();
  await work();
  return counted.take();
}

describe.each([{ others: 10 }, { others: 2_000 }])("beside $others other sessions", ({ others }) => {
  beforeAll(() => fillTable(counted.host, others), 60_000);

  test("creating a session takes one write and one read", async () => {
    expect(await costOf(() => newSession(ana))).toEqual({ PutItem: 1, Query: 1 });
  });

  test("creating one with reuse takes two writes and one read", async () => {
    const body = { platform: "web", thread_id: `thread-${others}`, reuse: true };
    const cost = await costOf(() => ana.call("createSession", { body }));
    expect(cost).toEqual({ PutItem: 2, Query: 1 });
  });

  test("reading one takes one read", async () => {
    const params = { session_id: await newSession(ana) };
    expect(await costOf(() => ana.call("getSession", { params }))).toEqual({ Query: 1 });
  });

  test("listing takes one query a page", async () => {
    expect(await costOf(() => ana.call("listSessions", { query: { limit: 5 } }))).toEqual({ Query: 1 });
  });

  test("activity within a minute takes no write", async () => {
    const params = { session_id: await newSession(ana) };
    expect(await costOf(() => ana.call("touchSession", { params }))).toEqual({ Query: 1 });
  });

  test("appending to the history takes one write, however long it is", async () => {
    const params = { session_id: await newSession(ana) };
    const append = () => ana.call("appendHistory", { params, body: { role: "user", content: "hello" } });
    const first = await costOf(append);
    for (let entry = 0; entry < 50; entry++) await append();
    expect(await costOf(append)).toEqual(first);
    // The second read makes sure that the session did not end meanwhile.
    expect(first).toEqual({ Query: 1, PutItem: 1, GetItem: 1 });
  });

  test("an approval takes one update a step beside its history entry, and asking after it one read", async () => {
    const params = { session_id: await newSession(ana) };
    const step = { Query: 1, GetItem: 1, UpdateItem: 2, PutItem: 1 };
    expect(await costOf(() => ana.call("setApproval", { params, body: { tool_name: "x" } }))).toEqual(step);
    expect(await costOf(() => ana.call("getApproval", { params }))).toEqual({ Query: 1 });
    const body = { decision: "approved" as const };
    expect(await costOf(() => ana.call("decideApproval", { params, body }))).toEqual(step);
  });

  test("deleting an empty session takes four requests", async () => {
    const params = { session_id: await newSession(ana) };
    const cost = await costOf(() => ana.call("deleteSession", { params }));
    expect(cost).toEqual({ UpdateItem: 1, Query: 1, ListObjectsV2: 1, PutItem: 1 });
  });

  test("a file without tables is read alone, whatever the size of the session's database", async () => {
    const params = { session_id: await newSession(ana) };
    const put = (path: string, bytes: Uint8Array<ArrayBuffer>) =>
      ana.call("putFile", { params: { ...params, path }, body: bytes });
    const table = await costOf(() => put("uploads/a.csv", new TextEncoder().encode("n\n1\n")));
    const picture = await costOf(() => put("uploads/cat.png", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 0])));
    expect(picture.GetObject).toBe(1);
    expect(table.GetObject).toBe(1);
    const another = await costOf(() => put("uploads/b.csv", new TextEncoder().encode("n\n1\n")));
    expect(another.GetObject).toBe(2);
  });
});
