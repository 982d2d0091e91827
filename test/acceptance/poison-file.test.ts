/**
 * A file that ends the process which reads it: each time the conversion asks the bucket for it, its worker is killed with
 * SIGKILL, as for want of memory. Everybody else's files have to get on.
 */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../cdk/local/host.ts";
import { MAX_TRIALS } from "../../functions/convert/next-share.ts";
import { sessionKey } from "../../shared/aws/item-keys.ts";
import type { Client } from "../../shared/client/index.ts";
import { startFatalProxy, type Trapdoor } from "../prove/crashes/fatal-proxy.ts";
import { clientOf, newSession } from "../support/acceptance.ts";
import { viewEngines } from "../support/engines-view.ts";
import { eventually, startTestHost } from "../support/local-host.ts";

const POISON = "uploads/poison.csv";
let host: Host;
let ana: Client;
let isPoisonous = true;
let deaths = 0;

beforeAll(async () => {
  const name = `cubby-${randomUUID()}`;
  host = await startTestHost({
    env: { SESSION_BUCKET: name, SESSION_TABLE: name },
    reachEnginesBy: async ({ s3, dynamodb }) => ({ s3: await startFatalProxy(s3, alwaysThere(kill)), dynamodb }),
  });
  ana = await clientOf(host, "ana");
});
afterAll(() => host.close());

/** A trap that is never used up. */
function alwaysThere(spring: (request: string) => boolean): Trapdoor {
  const trap = { left: 0, when: "before" as const, spring };
  return {
    get trap() {
      return trap;
    },
    set trap(_) {},
  };
}

function kill(request: string): boolean {
  if (!isPoisonous || !request.startsWith("GET") || !request.endsWith(POISON)) return false;
  for (const pid of host.pids.workers("convert")) process.kill(pid, "SIGKILL");
  deaths++;
  return true;
}

/** What the sweep does, once the lease has run out that a dead process left: at once, instead of after a minute. */
async function convertNext(session_id: string): Promise<void> {
  await viewEngines(host).table.update(sessionKey(session_id), {
    UpdateExpression: "SET lease_expires_at = :past",
    ConditionExpression: "attribute_exists(lease_token)",
    ExpressionAttributeValues: { ":past": "2026-01-01T00:00:00.000Z" },
  });
  await host.invoke("convert", { session_id }).catch(() => {});
}

/** Converts, and the queue does beside it what the API asked it for, until the files are in these states. */
function convertUntil(session_id: string, wanted: Record<string, string>): Promise<Record<string, string>> {
  return eventually(async () => {
    await convertNext(session_id);
    const states = await statesOf(session_id);
    return Object.entries(wanted).every(([path, state]) => states[path] === state) ? states : undefined;
  });
}

async function statesOf(session_id: string): Promise<Record<string, string>> {
  const states: Record<string, string> = {};
  for await (const { path, state } of ana.pages("listConversions", { params: { session_id } })) states[path] = state;
  return states;
}

async function failuresToldOf(session_id: string): Promise<unknown[]> {
  const { data } = await ana.call("listHistory", { params: { session_id }, query: { limit: 100 } });
  return data.filter(({ metadata }) => metadata.path === POISON && metadata.status === "failed");
}

test("a file that kills is found and given up, and all others are converted", async () => {
  const session_id = await newSession(ana);
  const names = ["a.csv", "poison.csv", "x.csv"];
  await ana.uploadFiles(
    session_id,
    names.map((name) => ({ name, content: "n\n1\n" })),
  );
  expect(new Set(Object.values(await statesOf(session_id)))).toEqual(new Set(["pending"]));

  const others = ["uploads/a.csv", "uploads/x.csv"];
  const converted = Object.fromEntries(others.map((path) => [path, "converted"]));
  // One died of all of them, and the next when those before it were done.
  expect(await convertUntil(session_id, converted)).toMatchObject({ [POISON]: "pending" });
  expect(deaths).toBe(2);
  expect(await failuresToldOf(session_id)).toEqual([]);
  await convertUntil(session_id, { ...converted, [POISON]: "failed" });
  expect(deaths).toBe(1 + MAX_TRIALS);
  const { data } = await ana.call("listConversions", { params: { session_id } });
  const [report] = data.filter(({ path }) => path === POISON);
  expect(report).toMatchObject({ state: "failed", tables: [], reason: { code: "process_ended" } });
  expect(await failuresToldOf(session_id)).toHaveLength(1);

  const { table } = viewEngines(host);
  const session = await table.find(sessionKey(session_id));
  for (const left of ["lease_token", "conversion_due_at", "conversion_deaths"])
    expect(session).not.toHaveProperty(left);
  const answer = await ana.call("query", { params: { session_id }, body: { sql: "SELECT n FROM x" } });
  expect(answer.rows).toEqual([[1]]);

  // What comes now is converted as ever, and the file that was given up when somebody asks for it.
  await ana.uploadFiles(session_id, [{ name: "later.csv", content: "n\n1\n" }]);
  expect(await statesOf(session_id)).toMatchObject({ "uploads/later.csv": "converted", [POISON]: "failed" });
  const again = { params: { session_id }, body: { path: POISON } };
  expect(await ana.call("convertAgain", again)).toMatchObject({ state: "pending" });
  isPoisonous = false;
  await convertUntil(session_id, { ...converted, [POISON]: "converted" });
  expect(await ana.call("convertAgain", again)).toMatchObject({ state: "converted", tables: ["poison"] });
});
