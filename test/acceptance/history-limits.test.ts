import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { ownStores } from "../support/own-stores.ts";

const CONTENT_BYTES = 256 * 1024;
const METADATA_BYTES = 16 * 1024;

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

function append(id: string, body: { content: string; metadata?: Record<string, string> }, idempotencyKey?: string) {
  const key = idempotencyKey === undefined ? {} : { idempotencyKey };
  return ana.call("appendHistory", { params: { session_id: id }, body: { role: "user", ...body }, ...key });
}

async function allOf(id: string, query: { order?: "asc" | "desc"; since?: string } = {}) {
  const entries = [];
  for await (const entry of ana.pages("listHistory", { params: { session_id: id }, query })) entries.push(entry);
  return entries;
}

async function historyKeysOf(id: string): Promise<string[]> {
  return (await viewEngines(host).sortKeysOf(id)).filter((key) => key.startsWith("HISTORY#"));
}

describe("a history entry", () => {
  test.each([
    { what: "plain text", content: "x".repeat(CONTENT_BYTES) },
    { what: "text of three bytes a character", content: `${"€".repeat((CONTENT_BYTES - 1) / 3)}x` },
    { what: "characters that JSON escapes sixfold", content: "\u0001".repeat(CONTENT_BYTES) },
  ])("takes 256 KB of $what and not a byte more", async ({ content }) => {
    const id = await newSession(ana);
    const entry = await append(id, { content });
    expect(entry.content).toBe(content);
    expect(await allOf(id)).toEqual([entry]);
    const more = await problemOf(append(id, { content: `${content}x` }));
    expect(more).toMatchObject({ status: 400, code: "invalid_request", message: expect.stringContaining("256 KB") });
  });

  test("takes 16 KB of metadata as JSON and not a byte more", async () => {
    const id = await newSession(ana);
    const fitting = { note: "y".repeat(METADATA_BYTES - '{"note":""}'.length) };
    expect(await append(id, { content: "", metadata: fitting })).toMatchObject({ metadata: fitting });
    const more = await problemOf(append(id, { content: "", metadata: { note: `${fitting.note}y` } }));
    expect(more).toMatchObject({ status: 400, code: "invalid_request", message: expect.stringContaining("16 KB") });
  });

  test("is stored once under one Idempotency-Key, the largest too, and the kept answer goes with the session", async () => {
    const id = await newSession(ana);
    const content = '"\\\n\u0001'.repeat(CONTENT_BYTES / 4);
    const first = await append(id, { content }, "say-once");
    expect(await append(id, { content }, "say-once")).toEqual(first);
    expect(await historyKeysOf(id)).toHaveLength(1);
    expect(await problemOf(append(id, { content: "other" }, "say-once"))).toMatchObject({ status: 422 });
    await ana.call("deleteSession", { params: { session_id: id } });
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
    expect(await problemOf(append(id, { content }, "say-once"))).toMatchObject({ status: 410 });
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
  });

  test("that lands after its session ended is taken back", async () => {
    const id = await newSession(ana);
    await ana.call("deleteSession", { params: { session_id: id } });
    const late = ownStores(host, systemClock).history.append(id, { role: "event", content: "too late" });
    await expect(late).rejects.toMatchObject({ code: "session_expired" });
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
  });
});

test("an id that no session can have is not found, however long", async () => {
  expect(await problemOf(append("x".repeat(3_000), { content: "" }, "long"))).toMatchObject({
    status: 404,
    code: "session_not_found",
  });
});

test("a history of many megabytes comes in pages that fit into an answer, either way and by since", async () => {
  const id = await newSession(ana);
  const said = [];
  for (let count = 0; count < 14; count++)
    said.push(await append(id, { content: "\u0001".repeat(CONTENT_BYTES - count) }));
  const sizes = said.map((entry) => entry.content.length);
  expect((await allOf(id)).map((entry) => entry.content.length)).toEqual(sizes);
  expect((await allOf(id, { order: "desc" })).map((entry) => entry.content.length)).toEqual(sizes.toReversed());
  const since = said[0]?.entry_id ?? "";
  expect((await allOf(id, { since })).map((entry) => entry.content.length)).toEqual(sizes.slice(1));
});
