/**
 * The right to convert a session's files: one holder at a time, for a minute at a time. The holder keeps it alive; one
 * that died loses it, and its later writes fail on their conditions. A published version's number is a fencing number
 * that is never given twice, so even a zombie never writes over a published object.
 */
import { randomUUID } from "node:crypto";
import { sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import { dueAt, isExpired, isTombstone, type SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";

const LEASE_MS = 60_000;

export const leaseRenewalMs = LEASE_MS / 3;

export interface Lease {
  sessionId: string;
  token: string;
}

export function createConversionLease(deps: { table: Table; sessions: SessionStore; clock: Clock }) {
  const { table, sessions, clock } = deps;

  /** Takes the lease; undefined when somebody else holds it or the session is over. */
  async function acquire(sessionId: string): Promise<Lease | undefined> {
    const stored = await sessions.findStored(sessionId);
    const now = clock.now();
    if (stored === undefined || isTombstone(stored) || isExpired(stored, now)) return undefined;
    const token = randomUUID();
    const until = toTimestamp(new Date(now.getTime() + LEASE_MS));
    const taken = await table.update(sessionKey(sessionId), {
      UpdateExpression:
        "SET lease_token = :token, lease_expires_at = :until, conversion_due_at = :until, due_at = :due",
      ConditionExpression:
        "attribute_exists(due_shard) AND #status <> :deleting AND (attribute_not_exists(lease_token) OR lease_expires_at <= :now)",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: {
        ":token": token,
        ":until": until,
        ":due": dueAt(stored.expires_at, until),
        ":deleting": "deleting",
        ":now": toTimestamp(now),
      },
    });
    return taken === undefined ? undefined : { sessionId, token };
  }

  /** Changes the session as the holder; undefined when the lease is lost. */
  async function asHolder(
    lease: Lease,
    update: string,
    values: object,
    condition = "",
  ): Promise<SessionRecord | undefined> {
    const changed = await table.update(sessionKey(lease.sessionId), {
      UpdateExpression: update,
      ConditionExpression: `lease_token = :token AND #status <> :deleting${condition}`,
      ExpressionAttributeNames: {
        "#status": "status",
        ...(update.includes("#database") ? { "#database": "database" } : {}),
      },
      ExpressionAttributeValues: { ":token": lease.token, ":deleting": "deleting", ...values },
    });
    return changed as SessionRecord | undefined;
  }

  /** Another minute. The record as it is now: how many conversions were asked for so far. */
  function renew(lease: Lease): Promise<SessionRecord | undefined> {
    const until = toTimestamp(new Date(clock.now().getTime() + LEASE_MS));
    return asHolder(lease, "SET lease_expires_at = :until, conversion_due_at = :until", { ":until": until });
  }

  /** A version number that nobody else has or will get. */
  async function claimVersion(lease: Lease): Promise<number | undefined> {
    const changed = await asHolder(lease, "SET conversion_fence = conversion_fence + :one", { ":one": 1 });
    return changed?.conversion_fence;
  }

  /** Moves the pointer to a database that is already in the bucket. */
  function publish(lease: Lease, database: SessionRecord["database"]): Promise<SessionRecord | undefined> {
    return asHolder(lease, "SET #database = :database, revision = revision + :one", {
      ":database": database,
      ":one": 1,
    });
  }

  /**
   * Lets go, unless another conversion was asked for since the record was seen (false: look again). The alarm clock
   * goes back to the expiry.
   */
  async function release(lease: Lease, seen: SessionRecord): Promise<boolean> {
    const released = await asHolder(
      lease,
      "SET due_at = expires_at REMOVE lease_token, lease_expires_at, conversion_due_at",
      { ":requests": seen.conversion_requests },
      " AND conversion_requests = :requests",
    );
    return released !== undefined;
  }

  /** Lets go with work left undone: whoever comes next may start at once, and the sweep will see to it. */
  async function abandon(lease: Lease): Promise<void> {
    await asHolder(lease, "REMOVE lease_token, lease_expires_at", {});
  }

  return { acquire, renew, claimVersion, publish, release, abandon };
}

export type ConversionLease = ReturnType<typeof createConversionLease>;
