/** Runs a whole session against the metered host, step by step, and tells what each step took. */
import { setTimeout as pause } from "node:timers/promises";
import type { Fetch } from "../../../shared/client/transport.ts";
import { createClient } from "../../../shared/client/index.ts";
import { type FunctionCall, type FunctionLines, readFunctionLines } from "./function-lines.ts";
import { type Growth, openStores, type StoresView } from "./measured-stores.ts";
import type { MeteredHost } from "./metered-host.ts";
import type { EngineUse } from "./meter.ts";
import { measureUpkeep, type Upkeep } from "./measure-upkeep.ts";
import { type Step, type Visit, visitSteps } from "./visit-steps.ts";

/** What one step took. */
export interface StepUse {
  readonly engines: EngineUse;
  readonly calls: readonly FunctionCall[];
  /** Requests to the API. */
  readonly requests: number;
  /** To the client, from API and storage. */
  readonly bytesOut: number;
  /** Of our functions' own lines. */
  readonly logBytes: number;
  /** What it left in bucket and table. */
  readonly growth: Growth;
}

export interface Measured {
  readonly steps: ReadonlyMap<Step, StepUse>;
  readonly upkeep: Upkeep;
}

/** In which the queue, that nobody sees into from here, hands its messages over. */
const QUEUE_MS = 1_500;

/** The first visit warms everything up and is deleted by its user; the others are what is measured, and expire. */
const VISITS = 3;

export async function measureSessions(metered: MeteredHost): Promise<Measured> {
  const bench = await openBench(metered);
  const visits: Visit[] = [];
  let steps = new Map<Step, StepUse>();
  for (let at = 0; at < VISITS; at++) {
    const visit = newVisit(bench, await metered.host.issueToken({ sub: `visitor-${at}` }));
    const uses = new Map<Step, StepUse>();
    for (const step of visitSteps) uses.set(step, await measureStep(bench, step, visit));
    steps = at === 0 ? uses : quicker(uses, at === 1 ? uses : steps);
    visits.push(visit);
  }
  return { steps, upkeep: await measureUpkeep(bench, visits) };
}

/** What is at hand while measuring. */
export interface Bench {
  readonly metered: MeteredHost;
  readonly lines: FunctionLines;
  readonly stores: StoresView;
  /** What went to clients since the last call. */
  takeTraffic(): { requests: number; bytesOut: number };
  readonly fetch: Fetch;
}

async function openBench(metered: MeteredHost): Promise<Bench> {
  const { host } = metered;
  let traffic = { requests: 0, bytesOut: 0 };
  return {
    metered,
    lines: readFunctionLines(host.dataDirectory),
    stores: openStores(host),
    takeTraffic() {
      const taken = traffic;
      traffic = { requests: 0, bytesOut: 0 };
      return taken;
    },
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const body = await response.arrayBuffer();
      traffic.bytesOut += body.byteLength;
      if (url.startsWith(host.url)) traffic.requests++;
      const isEmpty = [204, 304].includes(response.status);
      return new Response(isEmpty ? null : body, { status: response.status, headers: response.headers });
    },
  };
}

function newVisit({ metered: { host }, stores, fetch }: Bench, token: string): Visit {
  return {
    client: createClient({ baseUrl: host.url, token, fetch }),
    sessionId: "",
    makeIdle() {
      return stores.makeIdle(this.sessionId);
    },
  };
}

async function measureStep(bench: Bench, step: Step, visit: Visit): Promise<StepUse> {
  await step.prepare?.(visit);
  const before = await bench.stores.sizeOf(visit.sessionId);
  return measureWork(bench, step.calls ?? [], async () => {
    await step.run(visit);
    if (step.messages !== undefined) await pause(QUEUE_MS);
    return { before, sessionId: visit.sessionId };
  });
}

/** Counts what `work` takes until each of the functions that it calls has told of its call. */
export async function measureWork(
  { metered, lines, stores, takeTraffic }: Bench,
  functions: NonNullable<Step["calls"]>,
  work: () => Promise<{ before: Growth; sessionId: string }>,
): Promise<StepUse> {
  metered.take();
  takeTraffic();
  await lines.take([]);
  const { before, sessionId } = await work();
  const traffic = takeTraffic();
  const asked = Array.from({ length: traffic.requests }, () => "api" as const);
  const { calls, bytes: logBytes } = await lines.take([...asked, ...functions]);
  const engines = metered.take();
  const after = await stores.sizeOf(sessionId);
  const growth = {
    bucketBytes: after.bucketBytes - before.bucketBytes,
    tableBytes: after.tableBytes - before.tableBytes,
  };
  return { engines, calls, logBytes, growth, ...traffic };
}

/** The later counts, with each call's shorter time: the longer one waited for something that is not ours. */
function quicker(uses: Map<Step, StepUse>, others: Map<Step, StepUse>): Map<Step, StepUse> {
  return new Map(
    [...uses].map(([step, use]) => {
      const other = others.get(step)?.calls ?? [];
      const calls = use.calls.map((call, at) => {
        const milliseconds = Math.min(call.milliseconds, other[at]?.milliseconds ?? Number.POSITIVE_INFINITY);
        return { ...call, milliseconds };
      });
      return [step, { ...use, calls }];
    }),
  );
}
