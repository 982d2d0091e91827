/** Who fails, waits or is late is not dead: no file is given up for that, however often it comes. */
import { Readable } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fileKey, sessionKey } from "../../../shared/aws/item-keys.ts";
import { createStorageClients } from "../../../shared/aws/clients.ts";
import type { Client } from "../../../shared/client/index.ts";
import { parseFilePath } from "../../../shared/files/file-names.ts";
import { type Ground, startGround } from "../../prove/ground.ts";
import type { Process, World } from "../../prove/world.ts";
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

/** A session whose file waits, and of whose conversion a process has died. */
async function beginAfterDeath(): Promise<string> {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  const { files, sessions, lease } = world.main.stores;
  const conversion = { state: "pending" as const, tables: [] };
  const about = { conversion, uploadedBy: { kind: "user" as const, id: "ana" } };
  const stored = await files.put(session_id, parseFilePath(PATH), Readable.from([Buffer.from("n\n1\n")]), about);
  await sessions.noteFiles(await sessions.current(session_id), [stored.delta], { convert: true });
  await lease.acquire(session_id);
  world.clock.move(2 * MINUTE); // and nobody let go
  return session_id;
}

/** A process of its own; `onRead` comes before each of its readings of the file. */
function processThat(onRead: () => Promise<void>): Process {
  const clients = createStorageClients(world.env);
  clients.s3.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Key = "" } = args.input as { Key?: string };
        if (commandName === "GetObjectCommand" && Key.endsWith(PATH)) await onRead();
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
    throw new Error("The bucket does not answer");
  });
  for (let time = 0; time < 5; time++) {
    await expect(failing.perform({ sessionId: session_id })).rejects.toThrow("does not answer");
    expect(await recordOf(session_id)).toMatchObject({ conversion: { state: "pending" }, conversion_trials: 0 });
  }
  expect(await world.main.perform({ sessionId: session_id })).toMatchObject({ converted: 1 });
  expect(await recordOf(session_id)).not.toHaveProperty("conversion_trials");
  expect(await world.main.stores.table.find(sessionKey(session_id))).not.toHaveProperty("conversion_deaths");
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
