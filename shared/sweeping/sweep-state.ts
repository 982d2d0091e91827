/**
 * The sweep's own item, `SWEEP` / `STATE`: who sweeps at the moment, and how far the rounds have come that take longer
 * than one sweep. The holder renews its lease while it works, so that a sweep that died stops nobody for long.
 */
import { randomUUID } from "node:crypto";
import { sweepStateKey } from "../aws/item-keys.ts";
import type { UploadPosition } from "../aws/open-uploads.ts";
import type { Item, Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { SweepSkipped } from "../contract/sweep.ts";

/** Longer than a stalled request, much shorter than the time between two sweeps. */
const LEASE_MS = 30_000;
const RENEWAL_MS = LEASE_MS / 3;

/** Where the rounds stand. Phases change it as they go; every renewal of the lease stores it. */
export interface SweepProgress {
  /** The bucket is compared with the table up to this key. */
  bucket_after?: string;
  uploads_after?: UploadPosition;
  /** The table's files are compared with the bucket up to here. */
  records_after?: ShardPosition;
  /** The rules that every session's stamps follow. */
  rules_applied?: string;
  /** A round over all sessions that applies other rules. */
  walk?: RulesWalk;
}

export interface ShardPosition {
  shard: number;
  due_at: string;
}

/** A round of all shards. It is finished when every shard says `done`. */
export interface RulesWalk {
  fingerprint: string;
  /** When these rules were first seen. */
  seen_at: string;
  /** When this round began. */
  started_at: string;
  shards: Record<string, string>;
  has_failures: boolean;
}

/** The right to sweep. */
export interface SweepLease {
  progress: SweepProgress;
  /** True once another sweep may have begun. */
  isLost(): boolean;
  /** Stores the progress and lets go. */
  release(): Promise<void>;
}

interface StoredState extends Item {
  lease_token?: string;
  lease_expires_at?: string;
  progress?: SweepProgress;
}

const AS_HOLDER = { ConditionExpression: "lease_token = :token" };

/** Takes the lease and keeps it alive until it is released; answers who holds it when it is taken. */
export async function takeSweepLease(table: Table, clock: Clock): Promise<SweepLease | SweepSkipped> {
  const token = randomUUID();
  const inAWhile = () => toTimestamp(new Date(clock.now().getTime() + LEASE_MS));
  const taken = (await table.update(sweepStateKey, {
    UpdateExpression: "SET lease_token = :token, lease_expires_at = :until",
    ConditionExpression: "attribute_not_exists(lease_token) OR lease_expires_at <= :now",
    ExpressionAttributeValues: { ":token": token, ":until": inAWhile(), ":now": toTimestamp(clock.now()) },
  })) as StoredState | undefined;
  const state = taken ?? ((await table.find(sweepStateKey)) as StoredState | undefined);
  // Also ours when the answer got lost on its way, and the SDK asked again.
  if (state?.lease_token !== token) return describeHolder(state, clock);

  const progress = state.progress ?? {};
  let lost = false;
  async function renew(): Promise<void> {
    const kept = await table.update(sweepStateKey, {
      ...AS_HOLDER,
      UpdateExpression: "SET lease_expires_at = :until, progress = :progress",
      ExpressionAttributeValues: { ":token": token, ":until": inAWhile(), ":progress": progress },
    });
    if (kept === undefined) lost = true;
  }
  // A renewal that fails is tried again before the lease is over; the next one finds out whether it still is ours.
  const timer = setInterval(() => void renew().catch(() => {}), RENEWAL_MS);

  return {
    progress,
    isLost: () => lost,
    async release() {
      clearInterval(timer);
      await table.update(sweepStateKey, {
        ...AS_HOLDER,
        UpdateExpression: "SET progress = :progress REMOVE lease_token, lease_expires_at",
        ExpressionAttributeValues: { ":token": token, ":progress": progress },
      });
    },
  };
}

function describeHolder(state: StoredState | undefined, clock: Clock): SweepSkipped {
  // Nobody any more: it has let go since we asked.
  const heldUntil = state?.lease_expires_at ?? toTimestamp(clock.now());
  return { skipped: "Another sweep is at work", held_until: heldUntil };
}
