/** Every event that the repository keeps for people, handed to its function as the console would. */
import { readdirSync, readFileSync } from "node:fs";
import pMap from "p-map";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { FunctionName } from "../../cdk/topology.ts";
import { historyKey, sessionKey } from "../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../shared/aws/object-keys.ts";
import { systemClock } from "../../shared/clock.ts";
import type { SweepReport } from "../../shared/contract/sweep.ts";
import { newSessionId } from "../../shared/ids.ts";
import { viewEngines } from "../support/engines-view.ts";
import { startQuietHost, type SweepBench, sweepOn } from "../support/sweep-on.ts";

/** The session that the events of `purge` name. */
const NAMED = "session_20261121_093000_k3w5x2mzq7ab4cde";

let host: Host;
let bench: SweepBench;
beforeAll(async () => {
  host = await startQuietHost();
});
afterAll(() => host.close());
beforeEach(() => {
  bench = sweepOn(host, systemClock);
});

const folderOf = (name: FunctionName) => new URL(`../../functions/${name}/events/`, import.meta.url);
const read = (name: FunctionName, file: string) => JSON.parse(readFileSync(new URL(file, folderOf(name)), "utf8"));
const send = (name: FunctionName, file: string) => host.invoke(name, read(name, file));

/** An object that nothing points to, of a session that never was. */
const putOrphan = (at: number) =>
  bench.putObject(`${sessionPrefix(`session_20250101_000000_orphan${String(at).padStart(10, "a")}`)}logs/a.txt`, "x");

/** One thing for each phase of a sweep to find. */
async function leaveWork() {
  const [due, alive] = [await bench.newSession(), await bench.newSession()];
  await bench.putFile(due, "uploads/a.txt");
  await bench.putFile(alive, "uploads/a.txt");
  await viewEngines(host).expire(due.session_id);
  await putOrphan(0);
  return { due, alive };
}

const statusOf = async (id: string) => (await bench.deps.table.find(sessionKey(id)))?.status;

/** What each event says that it does. */
const does: Record<string, Record<string, () => Promise<void>>> = {
  sweep: {
    "schedule.json": async () => {
      const { due, alive } = await leaveWork();
      const report = await send("sweep", "schedule.json");
      expect(report).toMatchObject({ ended: { idle: 1 }, orphans: { sessions: 1, objects: 1 }, complete: true });
      expect([await statusOf(due.session_id), await statusOf(alive.session_id)]).toEqual(["deleted", "active"]);
    },
    "by-hand-full.json": async () => {
      const { alive } = await leaveWork();
      // An alarm clock of a wrong hour: only a walk over all sessions finds that it is wrong.
      const later = new Date(Date.now() + 6 * 24 * 3600_000).toISOString();
      await bench.deps.table.update(sessionKey(alive.session_id), {
        UpdateExpression: "SET due_at = :later",
        ExpressionAttributeValues: { ":later": later },
      });
      const report = (await send("sweep", "by-hand-full.json")) as SweepReport;
      expect(report).toMatchObject({ ended: { idle: 1 }, orphans: { sessions: 1 }, errors: 0, complete: true });
      expect(report.compared.wrapped).toBe(true);
      expect(report.rules.state).not.toBe("unchanged"); // also where every stamp follows these rules
      expect((await bench.deps.table.find(sessionKey(alive.session_id)))?.due_at).not.toBe(later);
    },
    // What is taken up has to be older than a test gets: `integration/prove/restored-table` moves the clock for that.
    "after-restore.json": async () => {
      const { alive } = await leaveWork();
      await bench.deps.table.update(sessionKey(alive.session_id), {
        UpdateExpression: "SET #database.version = :one",
        ExpressionAttributeNames: { "#database": "database" },
        ExpressionAttributeValues: { ":one": 1 },
      });
      expect(read("sweep", "after-restore.json")).toMatchObject({ after_restore: true });
      const report = await send("sweep", "after-restore.json");
      expect(report).toMatchObject({ databases_remade: 1, objects_adopted: 0, orphans: { sessions: 1 }, errors: 0 });
    },
    "by-hand-more-orphans.json": async () => {
      await leaveWork();
      // More sessions of objects than one sweep of the schedule looks at would be many; the slice is what differs.
      await pMap(Array.from({ length: 20 }), (_, at) => putOrphan(at), { concurrency: 10 });
      expect(read("sweep", "by-hand-more-orphans.json").slice_pages).toBeGreaterThan(10);
      const report = (await send("sweep", "by-hand-more-orphans.json")) as SweepReport;
      expect(report).toMatchObject({ orphans: { sessions: 20 }, compared: { wrapped: true }, errors: 0 });
      expect((await bench.census()).orphans).toEqual([]);
    },
  },
  purge: {
    "removed-by-ttl.json": () => purgesTheNamedSession("removed-by-ttl.json", "ttl"),
    "removed-by-hand.json": () => purgesTheNamedSession("removed-by-hand.json", "deleted"),
  },
};

/**
 * What a session's item left behind when it went away goes, and who had it finds a receipt. With a session's id put in, as
 * the runbook tells: one of its own each, for what goes away is told by the table's stream, too, at some time.
 */
async function purgesTheNamedSession(file: string, reason: string) {
  const id = newSessionId(new Date());
  const event = JSON.parse(JSON.stringify(read("purge", file)).replaceAll(NAMED, id));
  const item = { ...historyKey(id, "0198c0de-0000-7000-8000-000000000000"), role: "user", content: "hello" };
  await bench.deps.table.writeBatch({ put: [item] });
  await bench.putObject(`${sessionPrefix(id)}uploads/a.txt`, "hello");
  expect(await host.invoke("purge", event)).toEqual({ batchItemFailures: [] });
  const view = viewEngines(host);
  expect([await view.keysOf(id), await view.sortKeysOf(id)]).toEqual([[], ["META"]]);
  expect(await bench.deps.table.find(sessionKey(id))).toMatchObject({
    receipt: { reason, objects: 1, bytes: 5, items: 2 },
  });
}

describe.each(Object.entries(does))("the events of %s", (name, tests) => {
  test("are those that this file knows", () => {
    expect(readdirSync(folderOf(name as FunctionName)).sort()).toEqual(Object.keys(tests).sort());
  });

  test.each(Object.entries(tests))("%s does what it says", (_, act) => act());
});
