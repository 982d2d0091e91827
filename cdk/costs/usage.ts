/** From what was measured to what is billed, per session and per month. */
import type { PriceName } from "../operations/prices.ts";
import { type FunctionName, type FunctionTopology, FULL_MEMORY_MB, functions } from "../topology.ts";
import type { Assumptions } from "./assumptions.ts";
import type { FunctionCall } from "./measure/function-lines.ts";
import type { FixedCounts } from "./fixed-counts.ts";
import type { Measured, StepUse } from "./measure/measure.ts";
import type { Feature } from "./measure/visit-steps.ts";

/** So many units of something that has a price, and what they were used by and for. */
export interface Use {
  readonly feature: Feature;
  readonly component: string;
  readonly price: PriceName;
  readonly units: number;
}

/** What one session uses, all told, and what ceilings are about. */
export interface SessionUsage {
  readonly uses: readonly Use[];
  readonly requests: number;
  /** Time for which a function is busy, in seconds. */
  readonly busySeconds: Partial<Record<FunctionName, number>>;
  /** By `table` and the indexes' names. */
  readonly writeUnits: Record<string, number>;
  /** S3's own kinds, of which a prefix takes so many a second. */
  readonly s3Changes: number;
  readonly s3Looks: number;
  /** For which the sweep waits for the engines until a session is ended. */
  readonly sweepWaitSeconds: number;
  /** Sessions that one sweep ended in a second, on a whole processor of this machine. */
  readonly sweptPerSecond: number;
}

export const GIGABYTE = 1024 ** 3;
const HOURS_A_MONTH = 730;
const TOMBSTONE_HOURS = 7 * 24;
/** Of a tombstone with its receipt; the session's own item is written into two indexes, a tombstone into one. */
const TOMBSTONE_BYTES = 1_200;
export function toSessionUsage({ steps, upkeep }: Measured, mix: Assumptions): SessionUsage {
  const parts: [feature: Feature, use: StepUse, times: number, messages: number][] = [];
  for (const [step, use] of steps) parts.push([step.feature, use, step.times(mix), step.messages ?? 0]);
  parts.push(["sessions", upkeep.authorizer, mix.activeMinutes, 0]);
  parts.push(["ending", upkeep.deletion, mix.deletedShare, 0]);
  parts.push(["ending", upkeep.expiry, 1 - mix.deletedShare, 0]);
  parts.push(["ending", upkeep.purge, 1, 0]);

  const usage = { requests: 0, s3Changes: 0, s3Looks: 0 };
  const busySeconds: Partial<Record<FunctionName, number>> = {};
  const writeUnits: Record<string, number> = {};
  const uses: Use[] = [];
  for (const [feature, use, times, messages] of parts) {
    uses.push(...usesOf(feature, use, times, mix));
    uses.push({ feature, component: "SQS", price: "sqsRequest", units: 3 * messages * times });
    usage.requests += use.requests * times;
    for (const { name, seconds } of secondsOf(use.calls, mix)) {
      busySeconds[name] = (busySeconds[name] ?? 0) + seconds * times;
    }
    for (const [name, units] of Object.entries(use.engines.writeUnits)) {
      writeUnits[name] = (writeUnits[name] ?? 0) + units * times;
    }
    for (const [name, count] of Object.entries(use.engines.operations)) {
      if (/^(Put|Copy|Post|Delete)Object|upload$|Multipart/.test(name)) usage.s3Changes += count * times;
      else if (/Object/.test(name)) usage.s3Looks += count * times;
    }
  }
  const tombstone = ((TOMBSTONE_BYTES * 2) / GIGABYTE) * (TOMBSTONE_HOURS / HOURS_A_MONTH);
  uses.push({ feature: "ending", component: "DynamoDB storage", price: "dynamoGigabyteMonth", units: tombstone });
  const { dynamodb = 0, s3 = 0 } = upkeep.expiry.calls[0]?.requests ?? {};
  const sweepWaitSeconds = (dynamodb * mix.dynamodbMs + s3 * mix.s3Ms) / 1000;
  const { sweptPerSecond } = upkeep;
  return {
    uses: uses.filter(({ units }) => units > 0),
    ...usage,
    busySeconds,
    writeUnits,
    sweepWaitSeconds,
    sweptPerSecond,
  };
}

function usesOf(feature: Feature, use: StepUse, times: number, mix: Assumptions): Use[] {
  const { engines, growth } = use;
  const add = (component: string, price: PriceName, units: number): Use => ({
    feature,
    component,
    price,
    units: units * times,
  });
  const keptMonths = mix.hoursKept / HOURS_A_MONTH;
  const tableGigabytes = Math.max(0, growth.tableBytes) / GIGABYTE;
  const logBytes = use.logBytes + use.calls.length * mix.platformLogBytes + use.requests * mix.accessLogBytes;
  return [
    add("API Gateway", "httpRequest", use.requests),
    ...secondsOf(use.calls, mix).flatMap(({ name, seconds }) => {
      const { memoryMb, temporaryMb } = functions[name] satisfies FunctionTopology;
      return [
        add(`Lambda ${name}`, "lambdaInvocation", 1),
        add(`Lambda ${name}`, "lambdaGigabyteSecond", (memoryMb / 1024) * seconds),
        add(`Lambda ${name}`, "lambdaTemporaryGigabyteSecond", ((temporaryMb - 512) / 1024) * seconds),
      ];
    }),
    ...Object.entries(engines.writeUnits).map(([name, units]) =>
      add(name === "table" ? "DynamoDB writes" : `DynamoDB writes, ${name}`, "dynamoWriteUnit", units),
    ),
    add("DynamoDB reads", "dynamoReadUnit", engines.readUnits),
    add("DynamoDB storage", "dynamoGigabyteMonth", tableGigabytes * keptMonths),
    add("DynamoDB recovery", "dynamoBackupGigabyteMonth", tableGigabytes * keptMonths),
    add("S3 requests", "s3Write", engines.s3Writes),
    add("S3 requests", "s3Read", engines.s3Reads),
    add("S3 storage", "s3GigabyteMonth", (Math.max(0, growth.bucketBytes) / GIGABYTE) * keptMonths),
    add("EventBridge (S3's events)", "eventBridgeEvent", engines.s3Events),
    add("CloudWatch logs", "logGigabyte", logBytes / GIGABYTE),
    add("X-Ray", "trace", use.requests * mix.traceShare),
    add("Transfer to clients", "transferOutGigabyte", use.bytesOut / GIGABYTE),
  ];
}

/**
 * How long each call takes on AWS: its time here without its waiting for other functions, on the share of a processor
 * that its memory buys, and what its requests and cold starts add. Who asked waits as long as the functions it called.
 */
export function secondsOf(
  calls: readonly FunctionCall[],
  mix: Assumptions,
): { readonly name: FunctionName; readonly seconds: number }[] {
  const called = calls.filter(({ name }) => name === "convert" || name === "query");
  const asking = calls.filter(({ name }) => name === "api").at(-1);
  // A conversion that the storage's event began is nobody's to wait for: its time is longer than the request's.
  const awaited = called.filter(({ milliseconds }) => asking !== undefined && milliseconds <= asking.milliseconds);
  const own = (call: FunctionCall, waiting: number) => {
    const { memoryMb } = functions[call.name];
    const processing = Math.max(0, call.milliseconds - waiting) * Math.max(1, FULL_MEMORY_MB / memoryMb);
    const requests = call.requests.dynamodb * mix.dynamodbMs + call.requests.s3 * mix.s3Ms;
    return processing + requests + mix.coldStartShare * mix.coldStartMs;
  };
  return calls.map((call) => {
    const waitsFor = call === asking ? awaited : [];
    const here = waitsFor.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
    const there = waitsFor.reduce((sum, other) => sum + own(other, 0) + mix.invokeMs, 0);
    return { name: call.name, seconds: (own(call, here) + there) / 1000 };
  });
}

/** What a stage uses in a month in which nobody comes. */
export function toFixedUses({ upkeep }: Measured, mix: Assumptions, counts: FixedCounts): Use[] {
  const sweeps = (HOURS_A_MONTH * 60) / SWEEP_MINUTES;
  const add = (component: string, price: PriceName, units: number): Use => ({
    feature: "upkeep",
    component,
    price,
    units,
  });
  return [
    ...usesOf("upkeep", upkeep.emptySweep, sweeps, mix),
    add("Sweep's schedule", "scheduledStart", sweeps),
    // Lambda asks an idle queue on and on, each time for twenty seconds.
    add("SQS", "sqsRequest", QUEUE_POLLERS * HOURS_A_MONTH * 180),
    add("CloudWatch alarms", "alarmMonth", counts.alarmMetrics),
    add("CloudWatch metrics", "customMetricMonth", counts.customMetrics),
    add("CloudWatch dashboard", "dashboardMonth", 1),
  ].filter(({ units }) => units > 0);
}

const SWEEP_MINUTES = functions.sweep.triggers[0].everyMinutes;
/** As many as Lambda keeps for a queue at which nothing arrives. */
const QUEUE_POLLERS = 5;
