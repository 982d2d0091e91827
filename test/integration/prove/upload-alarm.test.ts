/** Uploads are attended to while another one opens: it must have an alarm that rings, or nobody ever comes for it. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createStorageClients } from "../../../shared/aws/clients.ts";
import { sessionKey } from "../../../shared/aws/item-keys.ts";
import type { Client } from "../../../shared/client/index.ts";
import { attendUploads } from "../../../shared/uploading/attend-uploads.ts";
import { type Ground, startGround } from "../../prove/ground.ts";
import type { World } from "../../prove/world.ts";
import { HOUR } from "../../support/sweep-on.ts";

let ground: Ground;
let world: World;
let ana: Client;
beforeAll(async () => {
  ground = await startGround();
  world = await ground.newWorld({ SESSION_TIMEOUT_HOURS: "1000", SESSION_MAX_AGE_HOURS: "1000" });
});
afterAll(() => ground.close());
beforeEach(async () => {
  await world.reset();
  ana = world.main.client({ kind: "user", userId: "ana" });
});

/** Attends in a process of its own; `meanwhile` happens behind the answer to its nth listing of uploads. */
async function attend(sessionId: string, nth: number, meanwhile: () => Promise<unknown>): Promise<number> {
  const clients = createStorageClients(world.env);
  const { stores } = world.newProcess(clients);
  let listings = 0;
  clients.dynamo.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answer = await next(args);
        const isListing = commandName === "QueryCommand" && JSON.stringify(args.input).includes("UPLOAD#");
        if (isListing && ++listings === nth) await meanwhile();
        return answer;
      },
    { step: "initialize" },
  );
  await attendUploads({ ...stores, log: world.log }, sessionId);
  return listings;
}

const open = (session_id: string, path: string) =>
  ana.call("createUpload", { params: { session_id }, body: { path, size_bytes: 10 } });
const alarmOf = async (session_id: string) =>
  (await world.main.stores.table.find(sessionKey(session_id)))?.upload_due_at as string | undefined;

const LISTINGS = [1, 2, 3];

test.each(LISTINGS)("one that opens behind listing %i, where none was before, keeps its alarm", async (nth) => {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  const listings = await attend(session_id, nth, () => open(session_id, "uploads/late.csv"));
  expect(listings).toBe(LISTINGS.length);
  expect(await alarmOf(session_id)).toBeDefined();
});

test.each(LISTINGS)("one that opens behind listing %i counts on the alarm of one that is given up", async (nth) => {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  await open(session_id, "uploads/old.csv");
  world.clock.move(25 * HOUR);
  const listings = await attend(session_id, nth, () => open(session_id, "uploads/late.csv"));
  expect(listings).toBe(LISTINGS.length);
  expect(await alarmOf(session_id)).toBeDefined();
  expect((await ana.call("listUploads", { params: { session_id } })).data.map(({ path }) => path)).toEqual([
    "uploads/late.csv",
  ]);
});

test("none is left, and neither is the alarm", async () => {
  const { session_id } = await ana.call("createSession", { body: { platform: "web" } });
  await open(session_id, "uploads/old.csv");
  world.clock.move(25 * HOUR);
  await attend(session_id, 0, async () => {});
  expect(await alarmOf(session_id)).toBeUndefined();
});
