/** The table is set back to an older state, as by point-in-time recovery, and the bucket is not. */
import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { databaseObjectKey } from "../../../shared/aws/object-keys.ts";
import type { Item } from "../../../shared/aws/table.ts";
import type { Client } from "../../../shared/client/index.ts";
import type { SweepReport } from "../../../shared/contract/sweep.ts";
import { audit } from "../../prove/audit/auditor.ts";
import { Told } from "../../prove/audit/told.ts";
import { type Ground, startGround } from "../../prove/ground.ts";
import type { World } from "../../prove/world.ts";
import { takeCensus } from "../../support/census.ts";
import { sha256Of } from "../../support/direct-upload.ts";
import { HOUR, MINUTE } from "../../support/sweep-on.ts";

let ground: Ground;
let world: World;
let ana: Client;
beforeAll(async () => {
  ground = await startGround();
  world = await ground.newWorld({ MAX_SESSIONS: "10" });
  ana = world.main.client({ kind: "user", userId: "ana" });
});
afterAll(() => ground.close());

const begin = async () => (await ana.call("createSession", { body: { platform: "web" } })).session_id;
const contentOf = (rows: number) => `n\n${"1\n".repeat(rows)}`;

async function put(session_id: string, path: string, rows: number): Promise<void> {
  await ana.call("putFile", { params: { session_id, path }, body: new TextEncoder().encode(contentOf(rows)) });
  await world.deliver();
}

/** What `aws dynamodb restore-table-to-point-in-time` makes of the table. */
async function restore(items: Item[]): Promise<void> {
  const { table } = world.main.stores;
  await table.writeBatch({ remove: (await takeCensus(world.main.clients, world.env)).items });
  await table.writeBatch({ put: items });
}

async function sweepUp(options: { full: boolean; after_restore?: boolean }): Promise<SweepReport> {
  const report = (await world.main.sweep(options)) as SweepReport;
  await world.deliver();
  expect(report.errors).toBe(0);
  return report;
}

const rowsOf = async (session_id: string) => {
  const { data } = await ana.call("listTables", { params: { session_id } });
  return Object.fromEntries(data.map(({ name, row_count }) => [name, row_count]));
};

test("files that came since get records again, and the database is made anew from all of them", async () => {
  const [session, ended] = [await begin(), await begin()];
  await put(session, "uploads/before.csv", 1);
  await put(session, "uploads/removed.csv", 2);
  await put(ended, "uploads/of-the-ended.csv", 3);
  const { items } = await takeCensus(world.main.clients, world.env);

  world.clock.move(MINUTE);
  await put(session, "uploads/after.csv", 4);
  await put(session, "uploads/again.csv", 5);
  await put(session, "outputs/single/result.txt", 6);
  await ana.call("deleteFile", { params: { session_id: session, path: "uploads/removed.csv" } });
  await world.deliver();
  await ana.call("deleteSession", { params: { session_id: ended } });
  const younger = await begin();
  await put(younger, "uploads/of-the-younger.csv", 7);

  world.clock.move(2 * HOUR);
  await restore(items);
  // Missing are the removed file, and the file and the summary of the session that ended.
  const report = await sweepUp({ full: true, after_restore: true });
  expect(report).toMatchObject({ objects_adopted: 3, missing_objects: 3, orphans: { sessions: 1 } });
  expect(await rowsOf(session)).toEqual({ before: 1, after: 4, again: 5 });

  // What the runbook asks for where an object is missing: the owner, or an operator for him, deletes the record.
  await ana.call("deleteFile", { params: { session_id: session, path: "uploads/removed.csv" } });
  await ana.call("deleteSession", { params: { session_id: ended } });
  await world.deliver();
  world.clock.move(10 * MINUTE);
  expect(await sweepUp({ full: true })).toMatchObject({ objects_adopted: 0, missing_objects: 0, databases_remade: 0 });
  world.takeErrors(); // what was missing is told as an error, as it should be

  const told = new Told();
  told.begun(session);
  for (const [path, rows] of [
    ["uploads/before.csv", 1],
    ["uploads/after.csv", 4],
    ["uploads/again.csv", 5],
  ] as const) {
    told.stored(session, path, sha256Of(new TextEncoder().encode(contentOf(rows))));
  }
  told.stored(session, "uploads/removed.csv", null);
  expect(await audit(world.main.clients, world.env, told)).toEqual([]);
});

test("a published database that somebody deleted is made anew, by a sweep or by the next file", async () => {
  const session_id = await begin();
  await put(session_id, "uploads/one.csv", 1);
  await put(session_id, "uploads/two.csv", 2);
  const loseDatabase = async () => {
    const { database } = await ana.call("getSession", { params: { session_id } });
    const lost = databaseObjectKey(session_id, database.version);
    expect(await world.main.stores.bucket.isListed(lost)).toBe(true);
    await world.main.stores.bucket.remove(lost);
  };
  await loseDatabase();
  expect(await sweepUp({ full: true })).toMatchObject({ databases_remade: 1 });
  expect(await rowsOf(session_id)).toEqual({ one: 1, two: 2 });

  await loseDatabase();
  await put(session_id, "uploads/three.csv", 3);
  expect(await rowsOf(session_id)).toEqual({ one: 1, two: 2, three: 3 });
  world.takeErrors();
  expect(
    (await audit(world.main.clients, world.env, new Told())).filter((each) => each.startsWith(session_id)),
  ).toEqual([]);
});

test("a published database that was cut or written over is made anew, by a sweep or by the next file", async () => {
  const session_id = await begin();
  await put(session_id, "uploads/one.csv", 1);
  await put(session_id, "uploads/two.csv", 2);
  const damage = async (change: (bytes: Buffer) => Buffer) => {
    const { database } = await ana.call("getSession", { params: { session_id } });
    const key = databaseObjectKey(session_id, database.version);
    const { bucket } = world.main.stores;
    const bytes = await buffer((await bucket.read(key))?.body ?? Readable.from([]));
    await bucket.putStream(key, Readable.from([change(bytes)]), "application/vnd.duckdb");
  };
  await damage((bytes) => bytes.subarray(0, bytes.length / 2));
  expect(await sweepUp({ full: true })).toMatchObject({ databases_remade: 1 });
  expect(await rowsOf(session_id)).toEqual({ one: 1, two: 2 });

  await damage((bytes) => Buffer.alloc(bytes.length, "x"));
  await put(session_id, "uploads/three.csv", 3);
  expect(await rowsOf(session_id)).toEqual({ one: 1, two: 2, three: 3 });
  world.takeErrors();
  expect(await sweepUp({ full: true })).toMatchObject({ databases_remade: 0 });
});

test("a database of which no file has tables is published empty, once", async () => {
  const session_id = await begin();
  await put(session_id, "uploads/one.csv", 1);
  const body = new TextEncoder().encode("import pandas as pd\npd.read_csv('one.csv')\n");
  await ana.call("putFile", { params: { session_id, path: "uploads/a.py" }, body });
  await ana.call("deleteFile", { params: { session_id, path: "uploads/one.csv" } });
  await world.deliver();
  const versionOf = async () => (await ana.call("getSession", { params: { session_id } })).database.version;
  const before = await versionOf();
  await world.main.stores.bucket.remove(databaseObjectKey(session_id, before));

  expect(await sweepUp({ full: true })).toMatchObject({ databases_remade: 1 });
  const after = await versionOf();
  expect(after).toBeGreaterThan(before);
  expect(await world.main.stores.bucket.isListed(databaseObjectKey(session_id, after))).toBe(true);
  expect(await rowsOf(session_id)).toEqual({});
  world.takeErrors();

  // What the sweep finds from now on is in order, and the next file begins where the empty one ends.
  expect(await sweepUp({ full: true })).toMatchObject({ databases_remade: 0, missing_objects: 0 });
  expect(await versionOf()).toBe(after);
  expect(world.takeErrors()).toEqual([]);
  await put(session_id, "uploads/two.csv", 2);
  expect(await rowsOf(session_id)).toEqual({ two: 2 });
  expect(
    (await audit(world.main.clients, world.env, new Told())).filter((each) => each.startsWith(session_id)),
  ).toEqual([]);
});
