import { rm } from "node:fs/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type DataFolder, openDataFolder } from "../../../cdk/local/data-folder.ts";
import { startDynamodb } from "../../../cdk/local/engines/dynamodb-engine.ts";
import { createTable as createLocalTable } from "../../../cdk/local/engines/storage.ts";
import { createTable } from "../../../shared/aws/table.ts";
import { newSessionId } from "../../../shared/ids.ts";
import { createLog } from "../../../shared/log.ts";
import { createConversionLease } from "../../../shared/sessions/conversion-lease.ts";
import { readRetentionRules } from "../../../shared/sessions/retention-document.ts";
import { createRulesSource } from "../../../shared/sessions/rules-source.ts";
import { createSessionStore } from "../../../shared/sessions/session-store.ts";
import { createThreadClaims } from "../../../shared/sessions/thread-claims.ts";
import { makeDataDirectory } from "../../support/local-host.ts";
import { createTestClock } from "../../support/own-stores.ts";

/** The engine of machines without a native binary knows less of DynamoDB: the conditions of sessions have to hold on it. */
let folder: DataFolder;
let engine: Awaited<ReturnType<typeof startDynamodb>>;
let stores: ReturnType<typeof makeStores>;
const clock = createTestClock();

function makeStores(url: string) {
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const client = new DynamoDBClient({ region: "us-east-1", endpoint: url, credentials });
  const table = createTable(DynamoDBDocumentClient.from(client), "sessions");
  const base = readRetentionRules({});
  const rules = createRulesSource({ base, refreshMs: 1, monotonicMs: () => 0, log: createLog("test") });
  const sessions = createSessionStore({ table, clock, rules });
  const deps = { table, sessions, clock, rules };
  return { client, sessions, lease: createConversionLease(deps), threads: createThreadClaims(deps) };
}

beforeAll(async () => {
  folder = openDataFolder(await makeDataDirectory());
  engine = await startDynamodb(folder, { log: () => {}, onFailure: () => {} }, "");
  stores = makeStores(engine.url);
  await createLocalTable(stores.client, "sessions");
});
afterAll(async () => {
  await engine.close();
  folder.release();
  await rm(folder.path, { recursive: true });
});

test.each([{}, { idle_minutes: 30 }, { max_age_minutes: 40 }, { idle_minutes: 30, max_age_minutes: 40 }])(
  "a session that wishes %j lives, changes and ends on dynalite",
  async (retention) => {
    const { sessions, lease } = stores;
    const createdBy = { kind: "user" as const, id: "me" };
    const owner = { sessionId: newSessionId(clock.now()), userId: "me", createdBy };
    let record = await sessions.create(owner, { platform: "api", retention });
    clock.move(61_000);
    record = await sessions.touch(record);
    record = await sessions.noteFiles(record, [{ folder: "uploads", files: 1, bytes: 9 }], { convert: true });
    record = await sessions.patch(record, { status: "completed", style: "brief" });
    expect(record).toMatchObject({
      revision: 3,
      style: "brief",
      total_size_bytes: 9,
      last_activity: clock.now().toISOString(),
    });
    const held = await lease.acquire(owner.sessionId);
    if (held === undefined) throw new Error("The lease was not given");
    expect(await lease.publish(held, { version: 1, tables: 1, size_bytes: 1 })).toBeDefined();
    expect(await lease.release(held, held.seen)).toBe(true);
    clock.move(60 * 60_000);
    await expect(sessions.patch(record, { status: "active" })).rejects.toMatchObject({ code: "session_expired" });
    expect(await lease.acquire(owner.sessionId)).toBeUndefined();
  },
);

test("a thread is claimed once on dynalite", async () => {
  const thread = { userId: "me", platform: "api", threadId: "t" };
  const ids = Array.from({ length: 5 }, () => newSessionId(clock.now()));
  const createdBy = { kind: "user" as const, id: "me" };
  const found = await Promise.all(
    ids.map(async (sessionId) => {
      const winner = await stores.threads.claim(thread, sessionId);
      if (winner !== undefined) return winner.session_id;
      const owner = { sessionId, userId: "me", createdBy, claimsThread: true };
      return (await stores.sessions.create(owner, { platform: "api", thread_id: "t" })).session_id;
    }),
  );
  expect(new Set(found).size).toBe(1);
});
