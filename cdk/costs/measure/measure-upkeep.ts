import { createClient } from "../../../shared/client/index.ts";
import { META, sessionKey } from "../../../shared/aws/item-keys.ts";
import type { FunctionName } from "../../topology.ts";
import { type Bench, measureWork, type StepUse } from "./measure.ts";
import type { EngineUse } from "./meter.ts";
import type { Visit } from "./visit-steps.ts";

/** What happens to sessions, and beside them. */
export interface Upkeep {
  /** A session deleted by its user. */
  readonly deletion: StepUse;
  /** A session ended by the sweep: what it takes beyond an empty one. */
  readonly expiry: StepUse;
  /** A look after the tombstone of a session, a week later. */
  readonly purge: StepUse;
  /** A sweep that finds nothing due. */
  readonly emptySweep: StepUse;
  /** Sessions that one sweep ended in a second here. */
  readonly sweptPerSecond: number;
  /** One answer of the authorizer. */
  readonly authorizer: StepUse;
}

/** Enough of them that what a sweep does besides matters little. */
const MANY = 40;

export async function measureUpkeep(bench: Bench, visits: readonly Visit[]): Promise<Upkeep> {
  const [first, ...others] = visits;
  if (first === undefined) throw new Error("Cannot measure how sessions end: there was none");
  const deletion = await measureWork(bench, [], async () => {
    const before = await bench.stores.sizeOf(first.sessionId);
    await first.client.call("deleteSession", { params: { session_id: first.sessionId } });
    return { before, sessionId: first.sessionId };
  });
  await measureInvocation(bench, "sweep", {}); // the first one looks for more than those behind it
  const emptySweep = await measureInvocation(bench, "sweep", {});
  for (const { sessionId } of others) await bench.stores.expire(sessionId);
  const fullSweep = await measureInvocation(bench, "sweep", {});
  const expiry = share(fullSweep, emptySweep, others.length);
  const sweptPerSecond = await measureSweepOfMany(bench, first);
  await measureInvocation(bench, "purge", removalOf(first.sessionId));
  const purge = await measureInvocation(bench, "purge", removalOf(first.sessionId));
  return { deletion, expiry, purge, emptySweep, sweptPerSecond, authorizer: await measureAuthorizer(bench) };
}

async function measureSweepOfMany(bench: Bench, { client }: Visit): Promise<number> {
  for (let made = 0; made < MANY; made++) {
    const { session_id } = await client.call("createSession", { body: { platform: "web" } });
    await bench.stores.expire(session_id);
  }
  const { calls } = await measureInvocation(bench, "sweep", {});
  return MANY / ((calls[0]?.milliseconds ?? 0) / 1000);
}

/** The authorizer is asked with a developer token, twice: the issuer's keys are then known, as they mostly are. */
async function measureAuthorizer(bench: Bench): Promise<StepUse> {
  const { host } = bench.metered;
  const client = createClient({ baseUrl: host.url, token: await host.issueToken({ sub: "ana" }) });
  await client.call("listSessions", {});
  const event = { headers: { authorization: `Bearer ${await host.issueToken({ sub: "ana" })}` } };
  return measureInvocation(bench, "authorizer", event);
}

async function measureInvocation(bench: Bench, name: FunctionName, event: unknown): Promise<StepUse> {
  const nothing = { bucketBytes: 0, tableBytes: 0 };
  let milliseconds = 0;
  const use = await measureWork(bench, [], async () => {
    const started = performance.now();
    await bench.metered.host.invoke(name, event);
    milliseconds = performance.now() - started;
    return { before: nothing, sessionId: "" };
  });
  const { dynamodb, s3 } = requestsOf(use.engines);
  return { ...use, calls: [{ name, milliseconds, requests: { dynamodb, s3 } }] };
}

/** Requests by engine, told apart by their names. */
function requestsOf({ operations }: EngineUse): { dynamodb: number; s3: number } {
  const counts = { dynamodb: 0, s3: 0 };
  for (const [name, count] of Object.entries(operations))
    counts[/Item|Query|Table/.test(name) ? "dynamodb" : "s3"] += count;
  return counts;
}

/** A part of what `whole` took beyond `idle`. */
function share(whole: StepUse, idle: StepUse, parts: number): StepUse {
  const part = (all: number, without = 0) => Math.max(0, all - without) / parts;
  const each = (all: Record<string, number>, without: Record<string, number>) =>
    Object.fromEntries(Object.entries(all).map(([name, value]) => [name, part(value, without[name])]));
  const [{ engines: full }, { engines: none }] = [whole, idle];
  const engines: EngineUse = {
    operations: each(full.operations, none.operations),
    readUnits: part(full.readUnits, none.readUnits),
    writeUnits: each(full.writeUnits, none.writeUnits),
    s3Writes: part(full.s3Writes, none.s3Writes),
    s3Reads: part(full.s3Reads, none.s3Reads),
    s3Events: part(full.s3Events, none.s3Events),
  };
  const calls = whole.calls.map((call, at) => {
    const milliseconds = part(call.milliseconds, idle.calls[at]?.milliseconds);
    return { ...call, milliseconds, requests: requestsOf(engines) };
  });
  return { ...whole, engines, calls, logBytes: part(whole.logBytes, idle.logBytes) };
}

/** What the table's stream says when a session's item goes away. */
function removalOf(sessionId: string): unknown {
  const { pk } = sessionKey(sessionId);
  const keys = { pk: { S: pk }, sk: { S: META } };
  const OldImage = { ...keys, session_id: { S: sessionId }, status: { S: "deleting" } };
  const dynamodb = { Keys: keys, OldImage, SequenceNumber: "1" };
  return { Records: [{ eventName: "REMOVE", eventSource: "aws:dynamodb", dynamodb }] };
}
