import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { drain } from "../../functions/convert/drain.ts";
import { type Client, CubbyError } from "../../shared/client/index.ts";
import type { Principal } from "../../shared/identity/principal.ts";
import { createLog } from "../../shared/log.ts";
import { createMetrics } from "../../shared/metrics.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import type { Stores } from "../../shared/stores.ts";
import { problemOf, startAcceptanceHost } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { clientAt } from "../support/host-app.ts";
import { ownStores, createTestClock, type TestClock } from "../support/own-stores.ts";

/** The API and the stores on real engines, with a clock that jumps. */
let host: Host;
let clock: TestClock;
let stores: Stores;
let ana: Client;

const principal: Principal = { kind: "user", userId: "ana" };
const MINUTE = 60_000;

beforeAll(async () => {
  host = await startAcceptanceHost();
  clock = createTestClock();
  stores = ownStores(host, clock);
  ana = clientAt(host, clock, principal);
});
afterAll(async () => {
  await host.close();
});

async function create(retention: { idle_minutes?: number; max_age_minutes?: number } = {}) {
  const { session_id } = await ana.call("createSession", { body: { platform: "web", retention } });
  return { id: session_id, params: { session_id } };
}

describe("the end of a session", () => {
  test.each([
    { why: "idle", retention: { idle_minutes: 10 } },
    { why: "max_age", retention: { idle_minutes: 10, max_age_minutes: 8 } },
  ])("by $why is exact to the millisecond on every route", async ({ why, retention }) => {
    const { id, params } = await create(retention);
    const end = clock.now().getTime() + Math.min(retention.idle_minutes, retention.max_age_minutes ?? 99) * MINUTE;
    clock.set(new Date(end - 1));
    expect(await ana.call("getSession", { params })).toMatchObject({ seconds_left: 0 });
    expect((await ana.call("listSessions", {})).data.map((session) => session.session_id)).toContain(id);
    clock.set(new Date(end));
    const calls = [
      ana.call("getSession", { params }),
      ana.call("touchSession", { params }),
      ana.call("patchSession", { params, body: { metadata: {} } }),
      ana.call("listFiles", { params }),
      ana.uploadFiles(id, [{ name: "late.csv", content: "x\n1\n" }]),
      ana.call("listTables", { params }),
      ana.call("query", { params, body: { sql: "SELECT 1" } }),
      ana.call("listHistory", { params }),
      ana.call("appendHistory", { params, body: { role: "user", content: "late" } }),
      ana.call("listConversions", { params }),
    ];
    for (const problem of await Promise.all(calls.map(problemOf))) {
      expect(problem).toMatchObject({
        status: 410,
        code: "session_expired",
        message: expect.stringContaining(`(${why})`),
      });
    }
    expect((await ana.call("listSessions", {})).data.map((session) => session.session_id)).not.toContain(id);
    expect(await viewEngines(host).keysOf(id)).toEqual([]);
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
  });

  test("holds against writers who saw the session alive", async () => {
    const { id } = await create({ idle_minutes: 10 });
    const seen = await stores.sessions.current(id);
    clock.move(10 * MINUTE);
    const delta = { folder: "uploads" as const, files: 1, bytes: 1 };
    for (const write of [
      () => stores.sessions.touch(seen),
      () => stores.sessions.patch(seen, { status: "completed" }),
      () => stores.sessions.noteFiles(seen, [delta], { convert: true }),
    ]) {
      expect(await problemOf(toCubby(write()))).toMatchObject({ code: "session_expired" });
    }
    expect(await stores.lease.acquire(id)).toBeUndefined();
    expect(await viewEngines(host).table.find({ pk: `SESSION#${id}`, sk: "META" })).toMatchObject({ revision: 1 });
  });

  test("moves with activity, and a clock that is set back takes no time away", async () => {
    const { id, params } = await create({ idle_minutes: 10 });
    clock.move(9 * MINUTE);
    const touched = await ana.call("touchSession", { params });
    clock.move(-5 * MINUTE);
    const record = await stores.sessions.current(id);
    await stores.sessions.noteFiles(record, [], { convert: false });
    expect(await ana.call("getSession", { params })).toMatchObject({
      last_activity: touched.last_activity,
      expires_at: touched.expires_at,
    });
    clock.move(14 * MINUTE);
    expect(await ana.call("getSession", { params })).toMatchObject({ seconds_left: 60 });
  });

  test("keeps a session that is used awake, also one that ends after a minute", async () => {
    const { params } = await create({ idle_minutes: 1 });
    for (let count = 0; count < 8; count++) {
      clock.move(20_000);
      await ana.call("touchSession", { params });
    }
    clock.move(MINUTE);
    expect(await problemOf(ana.call("touchSession", { params }))).toMatchObject({ status: 410 });
  });
});

describe("presigned URLs", () => {
  test("never outlive the session", async () => {
    const { id, params } = await create({ max_age_minutes: 30 });
    await ana.uploadFiles(id, [{ name: "a.txt", content: "hello" }]);
    const file = { params: { ...params, path: "uploads/a.txt" }, query: { redirect: "false" } } as const;
    const early = (await ana.call("getFile", file)) as { url: string };
    expect(new URL(early.url).searchParams.get("X-Amz-Expires")).toBe("300");
    clock.move(30 * MINUTE - 42_500);
    const late = (await ana.call("getFile", file)) as { url: string; expires_at: string };
    expect(new URL(late.url).searchParams.get("X-Amz-Expires")).toBe("42");
    const { expires_at } = await ana.call("getSession", { params });
    expect(late.expires_at <= expires_at).toBe(true);
    clock.move(42_000);
    expect(await problemOf(ana.call("getFile", file))).toMatchObject({ status: 410, code: "session_expired" });
  });
});

describe("a conversion that ends after its session", () => {
  const convert = () => ({
    ...stores,
    log: createLog("test"),
    metrics: createMetrics("test"),
    temporaryDirectory: tmpdir(),
  });

  /** A session with a file that nobody has converted yet. */
  async function withPendingFile() {
    const { id } = await create({ idle_minutes: 10 });
    const path = { folder: "uploads" as const, name: "a.csv", path: "uploads/a.csv" };
    const stored = await stores.files.put(id, path, Readable.from([Buffer.from("x,y\n1,2\n")]), {
      conversion: { state: "pending", tables: [] },
      uploadedBy: { kind: "user", id: "ana" },
    });
    await stores.sessions.noteFiles(await stores.sessions.current(id), [stored.delta], { convert: true });
    return id;
  }

  test("publishes nothing past the end, and holds the lease no longer", async () => {
    const id = await withPendingFile();
    const lease = await stores.lease.acquire(id);
    if (lease === undefined) throw new Error("The lease was not given");
    clock.move(10 * MINUTE);
    expect(await stores.lease.renew(lease)).toBeUndefined();
    expect(await stores.lease.claimVersion(lease)).toBeUndefined();
    expect(await stores.lease.publish(lease, { version: 9, tables: 1, size_bytes: 1 })).toBeUndefined();
    expect(await stores.lease.release(lease, lease.seen)).toBe(false);
    const stored = await viewEngines(host).table.find({ pk: `SESSION#${id}`, sk: "META" });
    expect(stored).toMatchObject({ database: { version: 0 } });
  });

  test("leaves nothing behind when the session is deleted right after it published", async () => {
    const id = await withPendingFile();
    const deps = convert();
    const lease: Stores["lease"] = {
      ...stores.lease,
      async publish(held, database) {
        const published = await stores.lease.publish(held, database);
        await endSession(stores, await stores.sessions.current(id), "deleted");
        return published;
      },
    };
    expect(await drain({ ...deps, lease }, id)).toMatchObject({ lease: false });
    expect(await viewEngines(host).keysOf(id)).toEqual([]);
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
  });

  test("that outlasts the end leaves all to the sweep", async () => {
    const id = await withPendingFile();
    const lease: Stores["lease"] = {
      ...stores.lease,
      async claimVersion(held) {
        const version = await stores.lease.claimVersion(held);
        clock.move(10 * MINUTE);
        return version;
      },
    };
    expect(await drain({ ...convert(), lease }, id)).toMatchObject({ lease: false });
    expect(await viewEngines(host).table.find({ pk: `SESSION#${id}`, sk: "META" })).toMatchObject({
      database: { version: 0 },
    });
    const record = await stores.sessions.findStored(id);
    if (record === undefined || record.status === "deleted") throw new Error("The session is gone");
    await endSession(stores, record as Parameters<typeof endSession>[1], "idle");
    expect(await viewEngines(host).keysOf(id)).toEqual([]);
    expect(await viewEngines(host).sortKeysOf(id)).toEqual(["META"]);
  });
});

/** An `AppError` of the stores as `problemOf` reads it. */
async function toCubby(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    throw new CubbyError(code, message, { status: 0 });
  }
}
