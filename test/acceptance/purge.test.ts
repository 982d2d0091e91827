import { DatabaseSync } from "node:sqlite";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateMultipartUploadCommand } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { startExpiredItems } from "../../cdk/local/triggers/expired-items.ts";
import { purge } from "../../functions/purge/purge.ts";
import { sessionKey, sessionPartition, threadKey } from "../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../shared/aws/object-keys.ts";
import { systemClock } from "../../shared/clock.ts";
import { LONGEST_AGE_DAYS } from "../../shared/lifetime.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { clientOf } from "../support/acceptance.ts";
import { type Fault, refuseKeys } from "../support/faults.ts";
import { DAY, startQuietHost, type SweepBench, sweepOn } from "../support/sweep-on.ts";
import { fillSession } from "../support/victim.ts";

let host: Host;
let bench: SweepBench;
let faults: Fault[] = [];

beforeAll(async () => {
  host = await startQuietHost();
});
afterAll(() => host.close());
beforeEach(() => {
  bench = sweepOn(host, systemClock);
  faults = [];
});
afterEach(() => {
  for (const fault of faults) fault.stop();
});

/** A record as the stream words the removal of a session's item by a person. */
function removedByHand(sessionId: string, sequenceNumber = "1") {
  const { pk, sk } = sessionKey(sessionId);
  const dynamodb = { Keys: { pk: { S: pk }, sk: { S: sk } }, SequenceNumber: sequenceNumber };
  return { eventName: "REMOVE", dynamodb };
}

const removeItem = (sessionId: string) => bench.deps.table.remove(sessionKey(sessionId));
const isThere = async (key: string) => (await bench.deps.bucket.find(key)) !== undefined;

async function withFile() {
  const session = await bench.newSession({ platform: "web" });
  await bench.putFile(session, "uploads/a.txt");
  return session;
}

/** Puts the item's `ttl` into the past and lets the host do what DynamoDB does some day after. */
async function expireByTtl(sessionId: string) {
  await bench.deps.table.update(sessionKey(sessionId), {
    UpdateExpression: "SET #ttl = :past",
    ExpressionAttributeNames: { "#ttl": "ttl" },
    ExpressionAttributeValues: { ":past": 1_700_000_000 },
  });
  await host.removeExpiredItems();
}

describe("a removal by TTL", () => {
  test("takes objects, items, uploads and the thread's claim along, and leaves a receipt and everybody else", async () => {
    const ana = await clientOf(host, "ana");
    const { session_id } = await ana.call("createSession", { body: { platform: "web", thread_id: "t1", reuse: true } });
    await ana.uploadFiles(session_id, [{ name: "a.txt", content: "hello" }], "outputs/single");
    const Key = `${sessionPrefix(session_id)}uploads/slow.bin`;
    await bench.clients.s3.send(new CreateMultipartUploadCommand({ Bucket: host.env.SESSION_BUCKET, Key }));
    const other = await withFile();
    const claim = threadKey("ana", "web", "t1");
    expect(await bench.deps.table.find(claim)).toMatchObject({ session_id });

    await expireByTtl(session_id);
    const { orphans, uploads } = await bench.census();
    expect({ orphans, uploads }).toEqual({ orphans: [], uploads: [] });
    expect(await bench.deps.table.find(claim)).toBeUndefined();
    expect(await bench.deps.table.find(sessionKey(session_id))).toMatchObject({
      receipt: { reason: "ttl", objects: 1 },
    });
    expect(await isThere(`${sessionPrefix(other.session_id)}uploads/a.txt`)).toBe(true);
  });

  test("of a tombstone verifies that the session is empty, and leaves nothing at all", async () => {
    const session = await withFile();
    const [client, params] = [bench.deps, { session_id: session.session_id }];
    await expireByTtl(params.session_id); // the tombstone is there now
    await bench.putObject(`${sessionPrefix(params.session_id)}logs/late.txt`);
    await expireByTtl(params.session_id);
    expect(await client.table.find(sessionKey(params.session_id))).toBeUndefined();
    expect((await bench.census()).orphans).toEqual([]);
  });
});

describe("a batch of the stream", () => {
  test("is purged record by record, and what nobody can read does not hold it up", async () => {
    const sessions = [await withFile(), await withFile()];
    for (const { session_id } of sessions) await removeItem(session_id);
    const Records = [
      null,
      { eventName: "REMOVE" },
      removedByHand(sessions[0]?.session_id ?? ""),
      { eventName: "REMOVE", dynamodb: { Keys: { pk: { N: "1" } }, SequenceNumber: "2" } },
      removedByHand(sessions[1]?.session_id ?? ""),
    ];
    expect(await host.invoke("purge", { Records })).toEqual({ batchItemFailures: [] });
    expect((await bench.census()).orphans).toEqual([]);
  });

  test("reports by its number the one that failed, and it is done when it comes again", async () => {
    const [bad, good] = [await withFile(), await withFile()];
    for (const { session_id } of [bad, good]) await removeItem(session_id);
    faults.push(refuseKeys(bench.clients, (key) => key.includes(bad.session_id)));
    const deps = { ...bench.deps, metrics: createMetrics("purge") };
    const event = { Records: [removedByHand(bad.session_id, "10"), removedByHand(good.session_id, "11")] };
    expect(await purge(deps, event, () => 240_000)).toEqual({ batchItemFailures: [{ itemIdentifier: "10" }] });
    expect(await isThere(`${sessionPrefix(good.session_id)}uploads/a.txt`)).toBe(false);
    for (const fault of faults) fault.stop();
    expect(await purge(deps, event, () => 240_000)).toEqual({ batchItemFailures: [] });
    expect((await bench.census()).orphans).toEqual([]);
  });

  test("that time does not suffice for asks for the rest again", async () => {
    const { session_id } = await withFile();
    await removeItem(session_id);
    const deps = { ...bench.deps, metrics: createMetrics("purge") };
    const event = { Records: [removedByHand(session_id, "20")] };
    expect(await purge(deps, event, () => 1000)).toEqual({ batchItemFailures: [{ itemIdentifier: "20" }] });
    expect(await purge(deps, event, () => 240_000)).toEqual({ batchItemFailures: [] });
  });

  test("says in the log whose hand it was", async () => {
    const { session_id } = await withFile();
    await removeItem(session_id);
    const deps = { ...bench.deps, metrics: createMetrics("purge") };
    await purge(deps, { Records: [removedByHand(session_id)] }, () => 240_000);
    const fields = { session_id, cause: "hand", objects: 1, bytes: 7, items: 1 };
    expect(bench.lines).toContainEqual({ level: "info", message: "Purged", fields });
  });

  test("leaves a session alone that has an item: the record is old, or someone put it back", async () => {
    const { session_id } = await withFile();
    expect(await host.invoke("purge", { Records: [removedByHand(session_id)] })).toEqual({ batchItemFailures: [] });
    expect(await isThere(`${sessionPrefix(session_id)}uploads/a.txt`)).toBe(true);
  });
});

describe("a removal of which nobody hears", () => {
  // Last in this file: time goes by for everything that is here.
  test("leaves nothing for ever: every item knows by when its session is over, and goes then by itself", async () => {
    const { session_id } = await fillSession(await clientOf(host, "ana"));
    const kindsLeft = async () => {
      const { items } = await bench.census();
      return new Set(items.filter(({ pk }) => pk === sessionPartition(session_id)).map(({ sk }) => sk.split("#")[0]));
    };
    const lasting = ["FILE", "HISTORY", "NUMBERS", "TABLE", "UPLOAD"];
    expect([...(await kindsLeft())].sort()).toEqual(["ARCHIVE", "CACHE", "CACHE_USE", ...lasting, "META"].sort());
    await removeItem(session_id);
    await bench.deps.bucket.removePrefix(sessionPrefix(session_id));

    const daysOn = (days: number) => new Date(Date.now() + days * DAY);
    const failed: string[] = [];
    const reaper = startExpiredItems({
      ...{ dynamodb: new DynamoDBClient(), tableName: host.env.SESSION_TABLE ?? "", region: "us-east-1" },
      ...{
        database: new DatabaseSync(":memory:"),
        consume: async () => ({ batchItemFailures: [] }),
        log(line) {
          failed.push(line);
        },
      },
    });
    try {
      await reaper.run(daysOn(LONGEST_AGE_DAYS)); // a session with the longest age that rules may give is there until then
      expect(failed).toEqual([]);
      expect([...(await kindsLeft())].sort()).toEqual(lasting);
      await reaper.run(daysOn(LONGEST_AGE_DAYS + 40));
      expect(await kindsLeft()).toEqual(new Set());
    } finally {
      reaper.close();
    }
  });
});
