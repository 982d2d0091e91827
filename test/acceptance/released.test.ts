import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import type { Client } from "../../shared/client/index.ts";
import type { SweepReport } from "../../shared/contract/sweep.ts";
import { newSessionId } from "../../shared/ids.ts";
import { STORED_FORMAT } from "../../shared/sessions/stored-format.ts";
import { clientOf, problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { moveTimes, type ReleasedData, restoreData } from "../support/released-data.ts";

const released = new URL("../fixtures/released/", import.meta.url);
const versions = readdirSync(released).filter((name) => /^\d/.test(name));

let host: Host;
let ana: Client;
let operator: Client;
beforeAll(async () => {
  host = await startAcceptanceHost();
  ana = await clientOf(host, "ana");
  operator = await clientOf(host, "olga", { scope: "cubby/operate" });
});
afterAll(() => host.close());

/** Puts the version's data back whole; answers its live session's id. */
async function restore(version: string): Promise<{ data: ReleasedData; session_id: string }> {
  const data: ReleasedData = JSON.parse(readFileSync(new URL(`${version}/data.json`, released), "utf8"));
  await restoreData(host, data);
  const live = data.items.find(({ sk, due_shard }) => sk?.S === "META" && due_shard !== undefined);
  return { data, session_id: live?.session_id?.S ?? "" };
}

/** What bucket and table hold of a session. */
async function stored(session_id: string) {
  const view = viewEngines(host);
  const record = await view.table.find(sessionKey(session_id));
  return { keys: await view.keysOf(session_id), items: await view.sortKeysOf(session_id), record };
}

const sweep = async () => (await host.invoke("sweep", {})) as SweepReport;

describe.each(versions)("what version %s stored", (version) => {
  test("is read: the session, its files, tables, talk, documents, cache, logs and uploads", async () => {
    const { session_id } = await restore(version);
    const params = { session_id };
    expect(await ana.call("getSession", { params })).toMatchObject({ thread_id: "t1", metadata: { topic: "sales" } });
    expect(await ana.call("getPreferences", {})).toEqual({ theme: "dark", pinned: [1, 2] });
    expect(await (await ana.download(session_id, "uploads/notes.txt")).text()).toBe("no table at all\n");
    const { data: tables } = await ana.call("listTables", { params });
    expect(tables.map(({ name, row_count }) => [name, row_count])).toEqual([
      ["people", 2],
      ["sales", 3],
    ]);
    const sql = "SELECT region, sum(amount) FROM sales GROUP BY region ORDER BY region";
    expect((await ana.call("query", { params, body: { sql } })).rows).toEqual([
      ["North", 1.5],
      ["South", 20.25],
    ]);
    const { data: talk } = await ana.call("listHistory", { params, query: { limit: 100 } });
    expect(talk.map(({ content }) => content)).toEqual(expect.arrayContaining(["Which region sold most?", "South."]));
    const document = await ana.call("getResearchData", { params: { ...params, name: "sky.json" } });
    expect(document).toMatchObject({ query: "Why?", data: { digits: 1.5, blue: true } });
    const cached = await ana.call("lookupCache", { params, body: { query: "q", mode: "fast" } });
    expect(cached).toMatchObject({ hit: true, result: { answer: 42 } });
    expect((await ana.readLog(session_id, "agent")).text).toBe("first\nsecond\n");
    expect((await ana.call("listUploads", { params })).data).toMatchObject([{ path: "uploads/later.csv" }]);
    expect((await ana.call("listReceipts", {})).data).toMatchObject([{ reason: "deleted" }]);
  });

  test("goes on: an approval is decided, a file comes to the tables that are there", async () => {
    const { session_id } = await restore(version);
    const params = { session_id };
    await ana.call("decideApproval", { params, body: { decision: "approved" } });
    await ana.uploadFiles(session_id, [{ name: "more.csv", content: "n\n1\n2\n" }]);
    const { data } = await ana.call("listTables", { params });
    expect(data.map(({ name }) => name)).toEqual(["more", "people", "sales"]);
    const sql = "SELECT (SELECT count(*) FROM more) + (SELECT count(*) FROM sales) AS n";
    expect((await ana.call("query", { params, body: { sql } })).rows).toEqual([[5]]);
  });

  test("is exported, and its own exports are imported", async () => {
    const { data, session_id } = await restore(version);
    for (const format of ["csv", "json"] as const) {
      const { url } = (await operator.call("exportSessions", { query: { format, redirect: "false" } })) as {
        url: string;
      };
      expect(await (await fetch(url)).text()).toContain(session_id);
      const another = newSessionId(new Date());
      const text = moveTimes(data.texts[format] ?? "", data.made_at).replaceAll(session_id, another);
      const answer = await operator.call("importSessions", { query: { format }, body: text });
      expect(answer.counts).toEqual({ imported: 1, unchanged: 0, skipped: 0, refused: 0 });
      expect(await ana.call("getSession", { params: { session_id: another } })).toMatchObject({ thread_id: "t1" });
    }
  });

  test("is left alone by the sweep while it lives, and taken away whole when it is over", async () => {
    const { session_id } = await restore(version);
    const before = await stored(session_id);
    expect((await sweep()).errors).toBe(0);
    expect((await stored(session_id)).items).toEqual(before.items);
    await viewEngines(host).expire(session_id);
    expect(await sweep()).toMatchObject({ errors: 0, ended: expect.objectContaining({ idle: 1 }) });
    expect(await stored(session_id)).toMatchObject({ keys: [], items: ["META"] });
  });

  test("is deleted with a receipt for all of it", async () => {
    const { session_id } = await restore(version);
    const { keys, items } = await stored(session_id);
    const receipt = await ana.call("deleteSession", { params: { session_id } });
    expect(receipt).toMatchObject({ objects: keys.length, items: items.length, tables: 2 });
    expect(await stored(session_id)).toMatchObject({ keys: [], items: ["META"] });
  });
});

describe("what a later version stored", () => {
  test("is refused by name, listed nowhere, and neither changed nor swept away", async () => {
    const { session_id } = await restore(versions.at(-1) ?? "");
    const view = viewEngines(host);
    await view.table.update(sessionKey(session_id), {
      UpdateExpression: "SET stored_format = :later",
      ExpressionAttributeValues: { ":later": STORED_FORMAT + 1 },
    });
    await view.expire(session_id);
    const before = await stored(session_id);
    const params = { session_id };
    const refused = { status: 503, code: "stored_by_later_version" };
    expect(await problemOf(ana.call("getSession", { params }))).toMatchObject(refused);
    expect(await problemOf(ana.call("deleteSession", { params }))).toMatchObject(refused);
    expect(await problemOf(ana.call("touchSession", { params }))).toMatchObject(refused);
    const entry = { role: "user" as const, content: "x" };
    expect(await problemOf(ana.call("appendHistory", { params, body: entry }))).toMatchObject(refused);
    expect(await problemOf(ana.uploadFiles(session_id, [{ name: "x.csv", content: "a\n1\n" }]))).toMatchObject(refused);
    const ids = (await ana.call("listSessions", {})).data.map((session) => session.session_id);
    expect(ids).not.toContain(session_id);
    const { failed } = await operator.call("clearSessions", { query: { all: "true", confirm: "everyone" } });
    expect(failed.map((one) => one.session_id)).toContain(session_id);
    expect(await host.invoke("sweep", { full: true })).toMatchObject({ ended: {} });
    expect(await stored(session_id)).toEqual(before);
  });
});
