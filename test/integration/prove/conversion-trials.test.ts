/** Who fails, waits or is late is not dead: no file is given up for that, however often it comes. */
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { MAX_TRIALS } from "../../../functions/convert/next-share.ts";
import { fileKey, sessionKey } from "../../../shared/aws/item-keys.ts";
import { createStorageClients } from "../../../shared/aws/clients.ts";
import type { Client } from "../../../shared/client/index.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import type { FileRecord } from "../../../shared/files/file-record.ts";
import { type Ground, startGround } from "../../prove/ground.ts";
import type { Process, World } from "../../prove/world.ts";
import { canMount, mountSmallDisk } from "../../support/small-disk.ts";
import { MINUTE } from "../../support/sweep-on.ts";

const PATH = "uploads/a.csv";
let ground: Ground;
let world: World;
let ana: Client;
beforeAll(async () => {
  ground = await startGround();
  world = await ground.newWorld();
  ana = world.main.client({ kind: "user", userId: "ana" });
});
afterAll(() => ground.close());

/** A file that waits for its conversion. */
async function store(session_id: string, path: string, content: string): Promise<FileRecord> {
  const { files, sessions } = world.main.stores;
  const conversion = { state: "pending" as const, tables: [] };
  const about = { conversion, uploadedBy: { kind: "user" as const, id: "ana" } };
  const stored = await files.put(session_id, parseFilePath(path), Readable.from([Buffer.from(content)]), about);
  await sessions.noteFiles(await sessions.current(session_id), [stored.delta], { convert: true });
  return stored.record;
}

/** Somebody takes the lease, and nobody lets go of it. */
async function dieConverting(session_id: string): Promise<void> {
  await world.main.stores.lease.acquire(session_id);
  world.clock.move(2 * MINUTE);
}

/** A session whose file waits, and of whose conversion a process has died. */
async function beginAfterDeath(): Promise<string> {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  await store(session_id, PATH, "n\n1\n");
  await dieConverting(session_id);
  return session_id;
}

/** A process of its own; `onRead` comes before each of its readings of the file. */
function processThat(onRead: () => Promise<void>, path = PATH): Process {
  const clients = createStorageClients(world.env);
  clients.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Key = "" } = args.input as { Key?: string };
        if (commandName === "GetObjectCommand" && Key.endsWith(path)) await onRead();
        return next(args);
      },
    { step: "initialize" },
  );
  return world.newProcess(clients);
}

const recordOf = (session_id: string) => world.main.stores.table.find(fileKey(session_id, PATH));

test("a bucket that fails again and again is no reason to give a file up", async () => {
  const session_id = await beginAfterDeath();
  const failing = processThat(async () => {
    throw Object.assign(new Error("The bucket does not answer"), { $fault: "server" });
  });
  for (let time = 0; time < 5; time++) {
    await expect(failing.perform({ sessionId: session_id })).rejects.toThrow("does not answer");
    expect(await recordOf(session_id)).toMatchObject({ conversion: { state: "pending" }, conversion_trials: 0 });
  }
  expect(await world.main.perform({ sessionId: session_id })).toMatchObject({ converted: 1 });
  expect(await recordOf(session_id)).not.toHaveProperty("conversion_trials");
  expect(await world.main.stores.table.find(sessionKey(session_id))).not.toHaveProperty("conversion_deaths");
});

test("a file whose outcome an engine does not take is given up, and all others are converted", async () => {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  const names = Array.from({ length: 6 }, (_, at) => `uploads/f${at}.csv`);
  for (const name of names) await store(session_id, name, "n\n1\n");
  const clients = createStorageClients(world.env);
  const tooLarge = { name: "ValidationException", $fault: "client" };
  clients.dynamo.middlewareStack.add(
    (next, { commandName = "" }) =>
      async (args) => {
        const isItem = commandName.startsWith("BatchWrite") && JSON.stringify(args.input).includes("uploads/f3.csv");
        if (isItem) throw Object.assign(new Error("Item size has exceeded the maximum allowed size"), tooLarge);
        return next(args);
      },
    { step: "initialize" },
  );
  const answer = await world.newProcess(clients).perform({ sessionId: session_id });
  expect(answer).toMatchObject({ converted: 5, failed: 1 });
  const query = { limit: 100 };
  const conversions = await ana.call("listConversions", { params: { session_id }, query });
  expect(conversions.data.filter(({ state }) => state !== "converted")).toMatchObject([
    { path: "uploads/f3.csv", state: "failed", tables: [], reason: { code: "process_ended" } },
  ]);
  const tables = (await ana.call("listTables", { params: { session_id }, query })).data.map(({ name }) => name);
  expect(tables).toHaveLength(5);
  expect(tables).not.toContain("f3");
  expect(await world.main.stores.table.find(sessionKey(session_id))).not.toHaveProperty("conversion_deaths");
});

test.skipIf(!canMount)("a file for which all of a disk is too small is given up", async () => {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  await store(session_id, PATH, "n\n1\n");
  const rows = Array.from({ length: 100_000 }, (_, row) => `${row},word ${row}\n`);
  await store(session_id, "uploads/large.csv", `n,word\n${rows.join("")}`);
  {
    // Its bytes find room, what is made of them does not.
    await using _ = await mountSmallDisk(world.temporaryDirectory, { bytes: 2.5e6 });
    expect(await world.main.perform({ sessionId: session_id })).toMatchObject({ converted: 1, failed: 1 });
  }
  const { data } = await ana.call("listConversions", { params: { session_id } });
  expect(data).toMatchObject([
    { path: PATH, state: "converted" },
    { path: "uploads/large.csv", state: "failed", reason: { code: "process_ended" } },
  ]);
  const again = { params: { session_id }, body: { path: "uploads/large.csv" } };
  expect(await ana.call("convertAgain", again)).toMatchObject({ state: "converted", rows: 100_000 });
});

test("processes that lost their lease and come back take back what they counted", async () => {
  const session_id = await beginAfterDeath();
  const release: (() => void)[] = [];
  const slow: Promise<unknown>[] = [];
  // One after the other stands still while it reads the file, until the lease has run out.
  for (let nth = 0; nth < 2; nth++) {
    const reached = new Promise<void>((resolve) => {
      const late = processThat(() => {
        resolve();
        return new Promise((go) => release.push(go));
      });
      slow.push(late.perform({ sessionId: session_id }).catch((error: Error) => error.message));
    });
    await reached;
    world.clock.move(2 * MINUTE);
  }
  expect(await recordOf(session_id)).toMatchObject({ conversion_trials: 2 });
  const holder = await world.main.stores.lease.acquire(session_id);
  for (const go of release) go();
  for (const end of await Promise.all(slow)) expect(end).toContain("the lease is lost");
  expect(await recordOf(session_id)).toMatchObject({ conversion: { state: "pending" }, conversion_trials: 0 });
  if (holder !== undefined) await world.main.stores.lease.abandon(holder);
  expect(await world.main.perform({ sessionId: session_id })).toMatchObject({ converted: 1, failed: 0 });
});

test("a script that was given up is not looked at as tables come, until somebody asks for it", async () => {
  const script = "uploads/a.py";
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  const record = await store(session_id, script, "import pandas as pd\npd.read_csv('a.csv')\n");
  for (let trial = 0; trial < MAX_TRIALS; trial++) await world.main.stores.files.beginTrial(record);
  await dieConverting(session_id);
  let readings = 0;
  const counting = processThat(async () => {
    readings++;
  }, script);
  const failed = { conversion: { state: "failed", reason: { code: "process_ended" } } };
  const find = () => world.main.stores.table.find(fileKey(session_id, script));

  expect(await counting.perform({ sessionId: session_id })).toMatchObject({ converted: 0, failed: 1 });
  expect(await find()).toMatchObject(failed);
  await store(session_id, PATH, "n\n1\n");
  expect(await counting.perform({ sessionId: session_id })).toMatchObject({ converted: 1, failed: 0 });
  expect(await find()).toMatchObject(failed);
  expect(readings).toBe(0);

  const again = { params: { session_id }, body: { path: script } };
  expect(await ana.call("convertAgain", again)).toMatchObject({ state: "converted" });
});
