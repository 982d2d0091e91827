import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { drain } from "../../functions/convert/drain.ts";
import type { Client, CubbyError } from "../../shared/client/index.ts";
import { systemClock } from "../../shared/clock.ts";
import { newEntryId } from "../../shared/ids.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import type { Stores } from "../../shared/stores.ts";
import { clientOf, newSession, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually } from "../support/local-host.ts";
import { createTestClock, ownStores } from "../support/own-stores.ts";

let host: Host;
let ana: Client;

beforeAll(async () => {
  host = await startAcceptanceHost({ MAX_SESSIONS: "100" });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

function append(id: string, content: string, idempotencyKey?: string) {
  const key = idempotencyKey === undefined ? {} : { idempotencyKey };
  return ana.call("appendHistory", { params: { session_id: id }, body: { role: "user", content }, ...key });
}

async function allOf(id: string) {
  const entries = [];
  for await (const entry of ana.pages("listHistory", { params: { session_id: id } })) entries.push(entry);
  return entries;
}

async function historyKeysOf(id: string): Promise<string[]> {
  return (await viewEngines(host).sortKeysOf(id)).filter((key) => key.startsWith("HISTORY#"));
}

test("a session that is deleted while many write leaves nothing but its tombstone", async () => {
  const id = await newSession(ana);
  const params = { session_id: id };
  const outcomes = Array.from({ length: 60 }, (_, index) =>
    append(id, `${index}`, index % 2 === 0 ? `race-${index}` : undefined).then(
      () => 201,
      (error: CubbyError) => error.status,
    ),
  );
  await Promise.race(outcomes); // some are through, most are not
  await ana.call("deleteSession", { params });
  for (const status of await Promise.all(outcomes)) expect([201, 410]).toContain(status);
  expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
});

describe("clearing", () => {
  /** Entries as many writers left them, put straight into the table. */
  async function fill(id: string, count: number): Promise<string[]> {
    const put = Array.from({ length: count }, (_, index) => {
      const entry_id = newEntryId(new Date());
      const entry = { entry_id, role: "user", content: `${index}`, metadata_json: "{}", origin: "client" };
      return { pk: `SESSION#${id}`, sk: `HISTORY#${entry_id}`, created_at: new Date().toISOString(), ...entry };
    });
    await viewEngines(host).table.writeBatch({ put });
    return put.map((item) => item.sk);
  }

  test("removes what is there when it is asked and nothing that is appended meanwhile", async () => {
    const id = await newSession(ana);
    const [first = ""] = await fill(id, 1_000);
    await append(id, "the last before");
    let isDone = false;
    const clearing = ana.call("clearHistory", { params: { session_id: id } }).finally(() => {
      isDone = true;
    });
    const { table } = viewEngines(host);
    await eventually(async () => ((await table.find({ pk: `SESSION#${id}`, sk: first })) ? undefined : true));
    const survivors: string[] = [];
    while (!isDone) survivors.push((await append(id, "meanwhile")).entry_id);
    expect(await clearing).toEqual({ session_id: id, removed: 1_001, complete: true });
    expect(survivors.length).toBeGreaterThan(0);
    expect((await allOf(id)).map((entry) => entry.entry_id)).toEqual(survivors);
  });

  test("removes 10,000 entries in one call, or on a busy machine in as many as say that they are not complete", async () => {
    const id = await newSession(ana);
    await fill(id, 10_000);
    const params = { session_id: id };
    let removed = 0;
    const complete = [];
    do {
      const cleared = await ana.call("clearHistory", { params });
      removed += cleared.removed;
      complete.push(cleared.complete);
    } while (complete.at(-1) !== true);
    expect(removed).toBe(10_000);
    expect(complete.length).toBeLessThanOrEqual(4);
    expect(await historyKeysOf(id)).toEqual([]);
  });

  test("that runs out of time says so, and the next call goes on", async () => {
    const id = await newSession(ana);
    for (const content of ["one", "two"]) await append(id, content);
    const clock = createTestClock();
    const hurried = {
      now() {
        clock.move(30_000);
        return clock.now();
      },
    };
    const { history } = ownStores(host, hurried);
    const { entries } = await history.readBackward(id, { limit: 1 });
    expect(await history.clear(id, entries[0]?.entry_id ?? "")).toEqual({ removed: 0, complete: false });
    const params = { session_id: id };
    expect(await ana.call("clearHistory", { params })).toEqual({ session_id: id, removed: 2, complete: true });
  });
});

describe("a conversion that died and is tried again", () => {
  async function convertedOnce(id: string): Promise<number> {
    return (await allOf(id)).filter(({ metadata }) => metadata.type === "conversion").length;
  }

  /** The file's record as a conversion leaves it that dies after it noted its entry and before it noted the outcome. */
  async function dieBeforeOutcome(id: string, entryId: string): Promise<void> {
    await viewEngines(host).table.update(
      { pk: `SESSION#${id}`, sk: "FILE#uploads/a.csv" },
      {
        UpdateExpression: "SET conversion.#state = :converting, conversion_entry = :entry",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":converting": "converting", ":entry": entryId },
      },
    );
  }

  test("leaves nothing when its session ends between the publication and what describes it", async () => {
    const id = await newSession(ana);
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x\n1\n" }]);
    await dieBeforeOutcome(id, "none");
    const stores = ownStores(host, systemClock);
    const tables: Stores["tables"] = {
      ...stores.tables,
      async replaceAll(sessionId, profiles) {
        await ana.call("deleteSession", { params: { session_id: id } }).catch((error: CubbyError) => {
          if (error.status !== 410) throw error;
        });
        await stores.tables.replaceAll(sessionId, profiles);
      },
    };
    const about = { log: createLog("test"), metrics: createMetrics("test") };
    const deps = { ...stores, ...about, tables, temporaryDirectory: host.dataDirectory };
    expect(await drain(deps, id)).toMatchObject({ lease: false, converted: 0 });
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
    expect(await viewEngines(host).keysOf(id)).toEqual([]);
  });

  test("tells the history once, whether the entry was there already or not", async () => {
    const id = await newSession(ana);
    await ana.uploadFiles(id, [{ name: "a.csv", content: "x\n1\n" }]);
    const entries = await allOf(id);
    const told = entries.find(({ metadata }) => metadata.type === "conversion")?.entry_id ?? "";
    await dieBeforeOutcome(id, told);
    expect(await host.invoke("convert", { session_id: id })).toMatchObject({ converted: 1 });
    expect(await convertedOnce(id)).toBe(1);
    await viewEngines(host).table.remove({ pk: `SESSION#${id}`, sk: `HISTORY#${told}` });
    await dieBeforeOutcome(id, told);
    await host.invoke("convert", { session_id: id });
    expect(await convertedOnce(id)).toBe(1);
    const record = await viewEngines(host).table.find({ pk: `SESSION#${id}`, sk: "FILE#uploads/a.csv" });
    expect(record).toMatchObject({ conversion: { state: "converted" } });
    expect(record).not.toHaveProperty("conversion_entry");
  });
});
