import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import { historyEvent } from "../../shared/contract/history.ts";
import { clientOf, newSession, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

function say(id: string, content: string, client = ana) {
  return client.call("appendHistory", { params: { session_id: id }, body: { role: "user", content } });
}

async function allOf(id: string, query: { order?: "asc" | "desc"; limit?: number } = {}) {
  const entries = [];
  for await (const entry of ana.pages("listHistory", { params: { session_id: id }, query })) entries.push(entry);
  return entries;
}

describe("history", () => {
  test("keeps what was said in order, with its metadata as given and who said it", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    const metadata = {
      chart_id: "c1",
      chart_type: "bar",
      x_labels: ["a", "", "ü"],
      y_values: [1.5, -0.25, 1e300, 2 ** 60],
      "": null,
      deep: JSON.parse("[".repeat(60) + "]".repeat(60)),
    };
    const entry = await ana.call("appendHistory", { params, body: { role: "event", content: "chart", metadata } });
    expect(entry).toMatchObject({ role: "event", metadata, origin: "client", actor: { kind: "user", id: "ana" } });
    expect(await allOf(id)).toEqual([entry]);
  });

  test("pages forwards and backwards through the same entries", async () => {
    const id = await newSession(ana);
    const said = ["one", "two", "three", "four", "five"];
    for (const content of said) await say(id, content);
    const first = await ana.call("listHistory", { params: { session_id: id }, query: { limit: 2 } });
    expect(first.data.map((entry) => entry.content)).toEqual(["one", "two"]);
    for (const limit of [1, 2, 3, 5, 100]) {
      expect((await allOf(id, { limit })).map((entry) => entry.content)).toEqual(said);
      expect((await allOf(id, { limit, order: "desc" })).map((entry) => entry.content)).toEqual(said.toReversed());
    }
  });

  test("notes every upload, conversion and deletion once, in the shapes of the contract", async () => {
    const id = await newSession(ana);
    await ana.uploadFiles(id, [
      { name: "a.csv", content: "x\n1\n" },
      { name: "notes.txt", content: "hello" },
    ]);
    await ana.call("putFile", { params: { session_id: id, path: "uploads/b.xlsx" }, body: "PK" });
    await ana.call("deleteFile", { params: { session_id: id, path: "uploads/a.csv" } });
    const entries = await allOf(id);
    for (const { metadata } of entries) expect(historyEvent.safeParse(metadata).error).toBeUndefined();
    expect(entries.map(({ content, actor, origin }) => [content.split(":")[0], actor?.kind, origin])).toEqual([
      ["Uploaded uploads/a.csv", "user", "cubby"],
      ["Uploaded uploads/notes.txt", "user", "cubby"],
      ["Converted uploads/a.csv to a (1 rows)", "system", "cubby"],
      ["Uploaded uploads/b.xlsx", "user", "cubby"],
      ["Could not convert uploads/b.xlsx", "system", "cubby"],
      ["Deleted uploads/a.csv", "user", "cubby"],
      ["Removed a, made from uploads/a.csv", "system", "cubby"],
    ]);
    expect(entries[0]?.metadata).toMatchObject({ type: "file_upload", filename: "a.csv", file_size: 4 });
  });

  test("is cleared without the session, and goes with it", async () => {
    const id = await newSession(ana);
    const params = { session_id: id };
    await say(id, "one");
    await say(id, "two");
    expect(await ana.call("clearHistory", { params })).toEqual({ session_id: id, removed: 2, complete: true });
    expect(await ana.call("clearHistory", { params })).toEqual({ session_id: id, removed: 0, complete: true });
    await say(id, "three");
    expect((await allOf(id)).map((entry) => entry.content)).toEqual(["three"]);
    await ana.call("deleteSession", { params });
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
    expect(await problemOf(say(id, "four"))).toMatchObject({ status: 410 });
  });
});
