import { randomUUID } from "node:crypto";
import { archiveKey } from "../../aws/item-keys.ts";
import type { Table } from "../../aws/table.ts";
import { type Clock, toEpochSeconds, toTimestamp } from "../../clock.ts";
import { type ArchivePlan, totalBytes } from "./archive-plan.ts";
import type { ArchiveRecord } from "./archive-record.ts";

/** A worker that says nothing for this long is dead. Also the time an event may wait for its worker. */
const LEASE_MS = 30_000;
/** How often a worker says that it lives, and how far it is. */
export const HEARTBEAT_MS = 5_000;
/** The sweep removes archives after 24 hours: an hour before that they are no longer handed out. */
const REUSABLE_MS = 23 * 3600_000;
const KEPT_MS = 24 * 3600_000;

/** One attempt to build one archive. */
export interface Attempt {
  sessionId: string;
  archiveId: string;
  attempt: string;
}

type Changes = Partial<Omit<ArchiveRecord, "pk" | "sk" | "attempt" | "archive_id">>;

export function createArchiveStore(table: Table, clock: Clock) {
  function later(milliseconds: number): Date {
    return new Date(clock.now().getTime() + milliseconds);
  }

  async function find(sessionId: string, archiveId: string): Promise<ArchiveRecord | undefined> {
    return (await table.find(archiveKey(sessionId, archiveId))) as ArchiveRecord | undefined;
  }

  /** Begins a new attempt over the record that was seen; undefined when somebody else was faster. */
  async function claim(
    sessionId: string,
    archiveId: string,
    plan: ArchivePlan,
    seen: ArchiveRecord | undefined,
  ): Promise<Attempt | undefined> {
    const attempt = randomUUID();
    const record: ArchiveRecord = {
      ...archiveKey(sessionId, archiveId),
      archive_id: archiveId,
      state: "building",
      attempt,
      files_total: plan.entries.length,
      bytes_total: totalBytes(plan),
      files_done: 0,
      bytes_done: 0,
      lease_expires_at: toTimestamp(later(LEASE_MS)),
      reusable_until: toTimestamp(later(REUSABLE_MS)),
      ttl: toEpochSeconds(later(KEPT_MS)),
    };
    return (await table.put(record, onlyOver(seen))) ? { sessionId, archiveId, attempt } : undefined;
  }

  /** Changes the record as the worker of this attempt; undefined when it is over or belongs to another one. */
  async function change(attempt: Attempt, changes: Changes): Promise<ArchiveRecord | undefined> {
    const entries = Object.entries(changes);
    const changed = await table.update(archiveKey(attempt.sessionId, attempt.archiveId), {
      UpdateExpression: `SET ${entries.map(([name]) => `#${name} = :${name}`).join(", ")}`,
      ConditionExpression: "attempt = :attempt AND #state = :building",
      ExpressionAttributeNames: Object.fromEntries([["state"], ...entries].map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
        ":attempt": attempt.attempt,
        ":building": "building",
      },
    });
    return changed as ArchiveRecord | undefined;
  }

  /** Says that the worker lives and how far it is; undefined when the attempt is no longer its own. */
  function renew(attempt: Attempt, progress: { files_done: number; bytes_done: number }) {
    return change(attempt, { ...progress, lease_expires_at: toTimestamp(later(LEASE_MS)) });
  }

  /** The object is in the bucket. */
  function finish(attempt: Attempt, totals: { files_done: number; bytes_done: number; size_bytes: number }) {
    const reusable_until = toTimestamp(later(REUSABLE_MS));
    return change(attempt, { ...totals, state: "ready", reusable_until, ttl: toEpochSeconds(later(KEPT_MS)) });
  }

  /** There will be no archive, and this is why. */
  function fail(attempt: Attempt, problem: NonNullable<ArchiveRecord["problem"]>) {
    return change(attempt, { state: "failed", problem });
  }

  /** Lets go with the work undone: who asks next need not wait until the lease has run out. */
  function abandon(attempt: Attempt) {
    return change(attempt, { lease_expires_at: toTimestamp(clock.now()) });
  }

  /** Takes a claim back whose session ended before the work began. */
  async function remove({ sessionId, archiveId, attempt }: Attempt): Promise<void> {
    await table.remove(archiveKey(sessionId, archiveId), {
      ConditionExpression: "attempt = :attempt",
      ExpressionAttributeValues: { ":attempt": attempt },
    });
  }

  return { find, claim, renew, finish, fail, abandon, remove };
}

export type ArchiveStore = ReturnType<typeof createArchiveStore>;

/** Every change of hands has a new attempt and every sign of life a new lease: both as seen, so nothing happened. */
function onlyOver(seen: ArchiveRecord | undefined) {
  if (seen === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  return {
    ConditionExpression: "attempt = :attempt AND #state = :state AND lease_expires_at = :lease",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":attempt": seen.attempt, ":state": seen.state, ":lease": seen.lease_expires_at },
  };
}
