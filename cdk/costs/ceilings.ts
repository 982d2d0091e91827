/** Where AWS says no first, and at which rate of new sessions. */
import { dueShards } from "../../shared/aws/item-keys.ts";
import { FULL_MEMORY_MB, functions } from "../topology.ts";
import type { SessionUsage } from "./usage.ts";

/**
 * AWS's quotas of a second, those that a new account has: API Gateway's, DynamoDB's and Lambda's quota pages and S3's
 * page on performance, as they stood in 2026. All but those of partitions and prefixes are raised on request.
 */
export const quotas = {
  gatewayRequests: 10_000,
  lambdaConcurrency: 1_000,
  partitionWriteUnits: 1_000,
  tableWriteUnits: 40_000,
  prefixChanges: 3_500,
  prefixLooks: 5_500,
} as const;

/** Of the sweep's five minutes, those in which it works at most. */
const SWEEP_SHARE = functions.sweep.timeoutSeconds / (functions.sweep.triggers[0].everyMinutes * 60);
/** Sessions that a sweep has in hand in each shard of `by_due`. */
const IN_HAND = 3;

/** Something that gives out, and what moves it. */
export interface Ceiling {
  readonly name: string;
  /** New sessions a second at which it is reached; for `by_user` those of one user. */
  readonly sessionsPerSecond: number;
  readonly lever: string;
  /** It concerns one user or one session; everybody else goes on. */
  readonly isOfOne?: true;
}

/** All ceilings, the lowest first; those that concern one user alone behind the others. */
export function toCeilings(usage: SessionUsage, stage: { requestsPerSecond: number }): Ceiling[] {
  const { requests, busySeconds, writeUnits, s3Changes, s3Looks } = usage;
  const busy = Object.values(busySeconds).reduce((sum, seconds) => sum + seconds, 0);
  const { table = 0, by_due = 0, by_user = 0 } = writeUnits;
  const ceilings: Ceiling[] = [
    {
      name: `the stage's own throttle, ${stage.requestsPerSecond} requests a second`,
      sessionsPerSecond: stage.requestsPerSecond / requests,
      lever: "http.requestsPerSecond in cdk.json, up to the account's quota",
    },
    {
      name: `API Gateway, ${quotas.gatewayRequests} requests a second in an account`,
      sessionsPerSecond: quotas.gatewayRequests / requests,
      lever: "Service Quotas (L-8A5B8E43); then a second account or region by users",
    },
    {
      name: `Lambda, ${quotas.lambdaConcurrency} at a time (${busy.toFixed(1)} s of a session)`,
      sessionsPerSecond: quotas.lambdaConcurrency / busy,
      lever: "Service Quotas (L-B99A9384); shorter conversions; a function grows by 1,000 in ten seconds at most",
    },
    {
      name: `by_due, ${dueShards.length} partitions of ${quotas.partitionWriteUnits} write units (${by_due.toFixed(0)} of a session)`,
      sessionsPerSecond: (dueShards.length * quotas.partitionWriteUnits) / by_due,
      lever: "DUE_SHARDS in shared/aws/item-keys.ts; project fewer attributes into the index",
    },
    {
      name: `table, ${quotas.tableWriteUnits} write units a second (${table.toFixed(0)} of a session)`,
      sessionsPerSecond: quotas.tableWriteUnits / table,
      lever: "Service Quotas (L-CF0CBE56); clients without automatic Idempotency-Keys write less",
    },
    {
      name: `S3, ${quotas.prefixChanges} changes a second in a prefix (${s3Changes.toFixed(0)} of a session)`,
      sessionsPerSecond: quotas.prefixChanges / s3Changes,
      lever: "keys begin with the day, so a day's sessions share a prefix: put random letters of the id before it",
    },
    {
      name: `S3, ${quotas.prefixLooks} reads a second in a prefix (${s3Looks.toFixed(0)} of a session)`,
      sessionsPerSecond: quotas.prefixLooks / s3Looks,
      lever: "as above; and keep databases longer in query's /tmp",
    },
    {
      name: `the sweep, one at a time with ${dueShards.length * IN_HAND} sessions in hand`,
      sessionsPerSecond: sweepCapacity(usage),
      lever: "more memory for sweep, more in hand, or sweeps by shard beside each other; late sessions are invisible",
    },
    {
      name: `by_user, one partition a user (${by_user.toFixed(0)} write units of a session)`,
      sessionsPerSecond: quotas.partitionWriteUnits / by_user,
      lever: "none is needed for people; a service acts for its users under their own ids, not under one",
      isOfOne: true,
    },
  ];
  const order = (ceiling: Ceiling) => (ceiling.isOfOne ? 1 : 0);
  return ceilings.sort((one, other) => order(one) - order(other) || one.sessionsPerSecond - other.sessionsPerSecond);
}

/** Either its processor is the narrow place, or the waiting of those in hand. */
function sweepCapacity({ sweptPerSecond, sweepWaitSeconds }: SessionUsage): number {
  const byProcessor = sweptPerSecond * Math.min(1, functions.sweep.memoryMb / FULL_MEMORY_MB);
  return SWEEP_SHARE * Math.min(byProcessor, (dueShards.length * IN_HAND) / sweepWaitSeconds);
}
