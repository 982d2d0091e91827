import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import type { Client } from "../../shared/client/index.ts";
import type { Clock } from "../../shared/clock.ts";
import { importSessionsQuery } from "../../shared/contract/transfer.ts";
import { systemActor } from "../../shared/identity/principal.ts";
import { createLog } from "../../shared/log.ts";
import { EXPORT_BUDGET_MS, exportSessions } from "../../shared/sessions/transfer/export-sessions.ts";
import { importSessions } from "../../shared/sessions/transfer/import-sessions.ts";
import { readJson } from "../../shared/sessions/transfer/json-records.ts";
import { liveSessions } from "../../shared/sessions/transfer/live-sessions.ts";
import type { Stores } from "../../shared/stores.ts";
import { clientOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { fillTable } from "../support/fill-table.ts";
import { createTestClock, ownStores } from "../support/own-stores.ts";

const SESSIONS = 2000;

let host: Host;
let other: Host;
let stores: Stores;
let operator: Client;
let elsewhere: Client;

beforeAll(async () => {
  [host, other] = await Promise.all([startAcceptanceHost(), startAcceptanceHost()]);
  await fillTable(host, SESSIONS);
  stores = ownStores(host, createTestClock());
  operator = await clientOf(host, "olga", { scope: "cubby/operate" });
  elsewhere = await clientOf(other, "olga", { scope: "cubby/operate" });
});
afterAll(() => Promise.all([host.close(), other.close()]));

const exportQuery = { format: "csv", safe: "false", redirect: "false" } as const;

async function exportKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of viewEngines(host).bucket.list("exports/")) keys.push(key);
  return keys;
}

async function totalOf(answers: AsyncIterable<{ counts: Record<string, number> }>) {
  const total: Record<string, number> = {};
  let pieces = 0;
  for await (const { counts } of answers) {
    pieces++;
    for (const [status, count] of Object.entries(counts)) total[status] = (total[status] ?? 0) + count;
  }
  return { total, pieces };
}

/** Time passes whenever somebody looks at it. */
function hastyClock(stepMs: number): Clock {
  const clock = createTestClock();
  return {
    now() {
      clock.move(stepMs);
      return clock.now();
    },
  };
}

describe("thousands of sessions", () => {
  test("go out as CSV and come in elsewhere, as streams from end to end", async () => {
    const format = "csv";
    const moved = await totalOf(elsewhere.importSessions(await operator.exportSessions({ format }), { format }));
    expect(moved.total).toEqual({ imported: SESSIONS, unchanged: 0, skipped: 0, refused: 0 });
    expect(moved.pieces).toBe(SESSIONS / 1000);
  });

  test("go out as JSON in parts, and are the same elsewhere", async () => {
    const format = "json";
    let unchanged = 0;
    for (let part = 1; part <= 16; part++) {
      const file = await operator.exportSessions({ format, part });
      const { total } = await totalOf(elsewhere.importSessions(file, { format }));
      expect(total).toMatchObject({ imported: 0, skipped: 0, refused: 0 });
      unchanged += total.unchanged ?? 0;
    }
    expect(unchanged).toBe(SESSIONS);
  });

  test("that take longer than a request may are refused with the count and the way out, and nothing is stored", async () => {
    const before = await exportKeys();
    const refused = exportSessions({ ...stores, clock: hastyClock(EXPORT_BUDGET_MS / 500) }, exportQuery);
    await expect(refused).rejects.toMatchObject({
      code: "export_too_large",
      message: expect.stringMatching(/\d+ were read in 20 seconds; narrow it by `user_id`.*`part=1`/),
      details: { sessions_read: expect.any(Number), limit_seconds: 20 },
    });
    expect(await exportKeys()).toEqual(before);
  });
});

describe("liveSessions()", () => {
  test("gives each session once, also those that move in the index while it is read", async () => {
    const ids: string[] = [];
    const later = new Date(stores.clock.now().getTime() + 30 * 3600_000).toISOString();
    const earlier = stores.clock.now().toISOString();
    for await (const record of liveSessions(stores, { part: 1 })) {
      ids.push(record.session_id);
      if (ids.length === 1) await move(later, earlier);
    }
    const all: string[] = [];
    for await (const { session_id } of liveSessions(stores, { part: 1 })) all.push(session_id);
    expect(all.length).toBeGreaterThan(100);
    expect(ids.sort()).toEqual(all.sort());
  });

  /** Every third session of the part moves behind the end of the index, every third before its beginning. */
  async function move(later: string, earlier: string): Promise<void> {
    const query = {
      IndexName: "by_due",
      KeyConditionExpression: "due_shard = :shard",
      ExpressionAttributeValues: { ":shard": 0 },
    };
    let count = 0;
    for await (const item of stores.table.queryAll(query)) {
      const due = [later, earlier][count++ % 3];
      if (due === undefined) continue;
      await stores.table.update(item, {
        UpdateExpression: "SET due_at = :due, last_activity = :now",
        ExpressionAttributeValues: { ":due": due, ":now": stores.clock.now().toISOString() },
      });
    }
  }
});

describe("importSessions()", () => {
  const { default_platform: platform } = importSessionsQuery.parse({});
  const options = { defaults: { platform }, importedBy: systemActor };
  const log = createLog("test");

  function fileOf(id: string) {
    const now = stores.clock.now().toISOString();
    const chat_history = Array.from({ length: 60 }, (_, index) => ({ role: "user", content: `${index}` }));
    return readJson(JSON.stringify({ [id]: { user_id: "una", created_at: now, chat_history } }), 1);
  }

  test("that dies in the middle of a history says so, and goes on when it comes again", async () => {
    const { table } = stores;
    let batches = 0;
    const failing: typeof table = {
      ...table,
      async writeBatch(changes) {
        batches++;
        await table.writeBatch({ put: (changes.put ?? []).slice(0, 10) });
        throw new Error("The wire was cut");
      },
    };
    const first = await importSessions({ ...stores, table: failing, log }, fileOf("cut-1"), options);
    expect(batches).toBe(1);
    expect(first.rows).toMatchObject([{ row: 1, status: "refused", problem: { code: "unavailable" } }]);
    const second = await importSessions({ ...stores, log }, fileOf("cut-1"), options);
    expect(second.rows).toEqual([{ row: 1, session_id: "cut-1", status: "imported" }]);
    expect((await viewEngines(host).sortKeysOf("cut-1")).filter((key) => key.startsWith("HISTORY#"))).toHaveLength(60);
    const third = await importSessions({ ...stores, log }, fileOf("cut-1"), options);
    expect(third.counts).toMatchObject({ unchanged: 1 });
  });

  test("twice at the same time stores one session with one history", async () => {
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => importSessions({ ...stores, log }, fileOf("race-1"), options)),
    );
    for (const { counts } of answers) expect(counts.imported + counts.unchanged).toBe(1);
    expect(await viewEngines(host).sortKeysOf("race-1")).toHaveLength(61);
  });

  test("takes back the history of a session that ended while it was written", async () => {
    const { table } = stores;
    const ending: typeof table = {
      ...table,
      async writeBatch(changes) {
        const record = await stores.sessions.current("ended-1").catch(() => undefined);
        if (record !== undefined) {
          await table.update(record, {
            UpdateExpression: "SET #status = :deleting",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: { ":deleting": "deleting" },
          });
        }
        await table.writeBatch(changes);
      },
    };
    const answer = await importSessions({ ...stores, table: ending, log }, fileOf("ended-1"), options);
    expect(answer.rows).toMatchObject([{ status: "skipped", reason: "deleted" }]);
    expect(await viewEngines(host).sortKeysOf("ended-1")).toEqual(["META"]);
  });

  test("of two rows of one id keeps the first, and of one row twice says that the second changes nothing", async () => {
    const now = stores.clock.now().toISOString();
    const row = (thread_id: string) =>
      JSON.stringify({ session_id: "twice", user_id: "una", thread_id, created_at: now });
    const file = readJson(`[${[row("a"), row("b"), row("a")].join(",")}]`, 1);
    const answer = await importSessions({ ...stores, log }, file, options);
    expect(answer.rows).toMatchObject([
      { row: 2, status: "skipped", reason: "exists" },
      { row: 1, status: "imported" },
      { row: 3, status: "unchanged" },
    ]);
  });

  test("lists refused and skipped rows first, and says how many are left out", async () => {
    const rows = Array.from({ length: 2100 }, (_, index) => ({
      session_id: `many-${index}`,
      user_id: index === 2099 ? "#" : "una",
      created_at: "2026-01-01",
    }));
    const answer = await importSessions({ ...stores, log }, readJson(JSON.stringify(rows), 1), options);
    expect(answer).toMatchObject({ counts: { refused: 1, skipped: 2099 }, rows_left_out: 100 });
    expect(answer.rows[0]).toMatchObject({ row: 2100, status: "refused" });
  });

  test("says of rows that it had no time for that they are to be sent again", async () => {
    const slow = { ...stores, log, clock: hastyClock(15_000) };
    const rows = ["late-1", "late-2"].map((session_id) => ({ session_id, user_id: "una" }));
    const answer = await importSessions(slow, readJson(JSON.stringify(rows), 1), options);
    expect(answer.rows).toMatchObject([
      { session_id: "late-2", status: "skipped", reason: "out_of_time" },
      { session_id: "late-1", status: "imported" },
    ]);
  });
});

test("the client tells what was imported before a piece that cannot be read", async () => {
  const now = new Date().toISOString();
  const good = Array.from({ length: 1000 }, (_, index) => `p-${index},pia,api,${now}\n`).join("");
  const file = Readable.from([`session_id,user_id,platform,created_at\n${good}`, 'x,"open\n']);
  const answers: number[] = [];
  const all = async () => {
    for await (const { counts } of elsewhere.importSessions(file, { format: "csv" })) answers.push(counts.imported);
  };
  await expect(all()).rejects.toMatchObject({ code: "invalid_csv" });
  expect(answers).toEqual([1000]);
});
