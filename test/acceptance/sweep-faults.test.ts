import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import pMap from "p-map";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { sweep } from "../../functions/sweep/sweep.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../shared/aws/object-keys.ts";
import { parseFilePath } from "../../shared/files/file-names.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { createTestClock, type TestClock } from "../support/own-stores.ts";
import { afterCommand, type Fault, leaveUnprocessed, refuseKeys, throttle } from "../support/faults.ts";
import { DAY, HOUR, MINUTE, startQuietHost, type SweepBench, sweepOn } from "../support/sweep-on.ts";

let host: Host;
let clock: TestClock;
let bench: SweepBench;
let faults: Fault[] = [];

beforeAll(async () => {
  host = await startQuietHost();
});
afterAll(() => host.close());
let start = Date.now() + 3000 * DAY;
beforeEach(() => {
  start -= 30 * DAY;
  clock = createTestClock(new Date(start));
  bench = sweepOn(host, clock);
  faults = [];
});
afterEach(() => {
  for (const fault of faults) fault.stop();
});

const stored = (id: string) => bench.deps.table.find(sessionKey(id));

describe("a bucket that refuses keys", () => {
  test("for ever: every other object goes, no other session waits, and the session stays due until it works", async () => {
    const [poisoned, ...others] = await pMap(Array.from({ length: 10 }), () => bench.newSession());
    if (poisoned === undefined) throw new Error("There is no session");
    for (const name of ["a", "b", "stuck", "z"]) await bench.putFile(poisoned, `uploads/${name}.txt`);
    await pMap(others, (session) => bench.putFile(session, "uploads/a.txt"));
    const fault = refuseKeys(bench.clients, (key) => key.endsWith("/stuck.txt"));
    faults.push(fault);
    clock.move(HOUR);

    const report = await bench.run();
    expect(report).toMatchObject({ ended: { idle: 9 }, errors: 1, complete: false, remaining: 1 });
    expect(fault.count).toBeGreaterThan(1); // it was tried again
    const left = [];
    for await (const { key } of bench.deps.bucket.list(sessionPrefix(poisoned.session_id))) left.push(key);
    expect(left).toEqual([`${sessionPrefix(poisoned.session_id)}uploads/stuck.txt`]);
    expect(await stored(poisoned.session_id)).toMatchObject({ status: "deleting", ending_reason: "idle" });
    expect(bench.lines.filter(({ level }) => level === "error")).toHaveLength(1);

    clock.move(20 * MINUTE);
    // Put off by every sweep, it is late all the same, and the report says by how much.
    expect((await bench.run()).oldest_due_seconds).toBe(20 * 60);

    fault.stop();
    clock.move(MINUTE);
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 }, errors: 0, remaining: 0, oldest_due_seconds: 0 });
    expect((await bench.census()).orphans).toEqual([]);
  });

  test("many of them, for a while: what survived is tried again within the same sweep", async () => {
    const session = await bench.newSession();
    const keys = Array.from({ length: 1500 }, (_, n) => `${sessionPrefix(session.session_id)}logs/${n}`);
    await pMap(keys, (key) => bench.putObject(key, "x"), { concurrency: 30 });
    let attempts = 0;
    // More than a page of refusals, so that the page behind it would be hidden from whoever lists from the start.
    faults.push(refuseKeys(bench.clients, () => attempts++ < 1200));
    clock.move(HOUR);
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 }, objects: 1500, bytes: 1500, errors: 0 });
    expect((await bench.census()).orphans).toEqual([]);
  });
});

describe("a table that leaves items unprocessed", () => {
  test("gets them again, with pauses, until all are gone", async () => {
    const session = await bench.newSession();
    await pMap(Array.from({ length: 60 }), (_, n) =>
      bench.deps.history.append(session.session_id, { role: "user", content: String(n) }),
    );
    const fault = leaveUnprocessed(bench.clients, 4);
    faults.push(fault);
    clock.move(HOUR);
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 }, items: 61, errors: 0 });
    expect(fault.count).toBe(4);
    expect((await bench.census()).orphans).toEqual([]);
  });

  test("for ever, leaves the session due, and the others end", async () => {
    const session = await bench.newSession();
    await bench.deps.history.append(session.session_id, { role: "user", content: "hello" });
    await bench.newSession();
    const fault = leaveUnprocessed(bench.clients, Number.POSITIVE_INFINITY);
    faults.push(fault);
    clock.move(HOUR);
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 }, errors: 1, remaining: 1 });
    fault.stop();
    clock.move(MINUTE);
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 }, errors: 0, remaining: 0 });
  });
});

describe("engines that throttle", () => {
  test("slow a sweep down and lose nothing", async () => {
    const sessions = await pMap(Array.from({ length: 30 }), () => bench.newSession());
    await pMap(sessions, (session) => bench.putFile(session, "uploads/a.txt"));
    faults.push(throttle(bench.clients.s3, 4), throttle(bench.clients.dynamo, 5));
    clock.move(HOUR);
    let ended = 0;
    // A call that is throttled in all of its attempts fails; its session is the next sweep's.
    for (let sweeps = 0; sweeps < 5 && ended < 30; sweeps++) {
      ended += (await bench.run()).ended.idle ?? 0;
      clock.move(MINUTE);
    }
    expect(ended).toBe(30);
    expect(faults.every(({ count }) => count > 0)).toBe(true);
    for (const fault of faults) fault.stop();
    expect((await bench.census()).orphans).toEqual([]);
  });
});

describe("a session that wakes up", () => {
  test("between the sweep's look at the index and its own item is left alone", async () => {
    const session = await bench.newSession();
    clock.move(HOUR - 1);
    const woken = afterCommand(
      bench.clients.dynamo,
      (command, input) => command === "QueryCommand" && "IndexName" in input && input.IndexName === "by_due",
      async () => {
        await bench.deps.sessions.touch(session);
        clock.move(1);
      },
    );
    // The index, as it was before: it says that the session is over.
    await bench.deps.table.update(session, {
      UpdateExpression: "SET due_at = :now",
      ExpressionAttributeValues: { ":now": clock.now().toISOString() },
    });
    expect((await bench.run()).ended).toEqual({});
    woken.stop();
    expect(await stored(session.session_id)).toMatchObject({ status: "active" });
  });

  test("while keep-N makes up its mind stays, though it is the oldest", async () => {
    const user = randomUUID();
    const sessions = [];
    for (let n = 0; n < 4; n++) {
      sessions.push(await bench.newSession({ platform: "web", user }));
      clock.move(2 * MINUTE);
    }
    const [oldest] = sessions;
    if (oldest === undefined) throw new Error("There is no session");
    const fewer = sweepOn(host, clock, { MAX_SESSIONS: "2" });
    const woken = afterCommand(
      fewer.clients.dynamo,
      // The sweep lists other users beside this one, in no order.
      (command, input) => command === "QueryCommand" && JSON.stringify(input).includes(user),
      async () => {
        await bench.deps.sessions.touch(oldest);
      },
    );
    const report = await fewer.run();
    woken.stop();
    expect(report.ended.keep_newest).toBe(1);
    expect(await stored(oldest.session_id)).toMatchObject({ status: "active" });
    expect(await stored(sessions[1]?.session_id ?? "")).toMatchObject({ status: "deleted" });
  });
});

describe("a session that ends while a file is stored", () => {
  test("between its object and its record leaves neither, though a conversion was to come", async () => {
    const session = await bench.newSession();
    const about = { conversion: { state: "pending" as const, tables: [] }, uploadedBy: session.created_by };
    const isObject = (command: string) => command === "PutObjectCommand";
    const ending = afterCommand(bench.clients.s3, isObject, async () => {
      await endSession(bench.deps, session, "deleted");
    });
    faults.push(ending);
    const path = parseFilePath("uploads/a.csv");
    const stored = bench.deps.files.put(session.session_id, path, Readable.from([Buffer.from("n\n1\n")]), about);
    await expect(stored).rejects.toMatchObject({ code: "conflict" });
    expect(ending.count).toBe(1);
    expect((await bench.census()).orphans).toEqual([]);
  });
});

describe("a machine whose clock is wrong", () => {
  test.each([
    { wrong: "behind", errorMs: 3 * HOUR },
    { wrong: "ahead", errorMs: -3 * HOUR },
  ])("by hours, $wrong, sweeps nothing, and lets go of the lease", async ({ errorMs }) => {
    const session = await bench.newSession();
    clock.move(HOUR);
    const answer = sweep({ ...bench.deps, clockErrorMs: () => errorMs }, () => 240_000);
    await expect(answer).rejects.toThrow("Cannot sweep: this machine's clock is 10800 s");
    expect(await stored(session.session_id)).toMatchObject({ status: "active" });
    expect(await bench.run()).toMatchObject({ ended: { idle: 1 } });
  });
});
