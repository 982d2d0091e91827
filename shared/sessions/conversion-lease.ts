/**
 * The right to convert a session's files: one holder at a time, for a minute at a time. The holder keeps it alive; one
 * that died loses it, and its later writes fail on their conditions. A published version's number is a fencing number
 * that is never given twice, so even a zombie never writes over a published object. Whoever lives lets go of it, also
 * with work left undone, so a lease that ran out is its holder's death, and whoever takes it next counts it. Once the
 * session is over, by the rules of the moment, nobody holds it: no conversion publishes into a session that is gone.
 */
import { randomUUID } from "node:crypto";
import { sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import { endOf } from "./retention.ts";
import type { RulesSource } from "./rules-source.ts";
import { alarmsOf, dueAt, type SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";
import { whileAlarmsAreUnchanged, whileLive } from "./session-updates.ts";

const LEASE_MS = 60_000;
/** Others may change the session while its holder does; a few rounds settle it. */
const MAX_ROUNDS = 10;

export const leaseRenewalMs = LEASE_MS / 3;

export interface Lease {
  sessionId: string;
  token: string;
  /** The session as its holder saw it last. */
  seen: SessionRecord;
}

/** A change of the session; everything in it may depend on the record that is there. */
interface Change {
  update: string;
  values: Record<string, unknown>;
  condition?: string;
}

export function createConversionLease(deps: {
  table: Table;
  sessions: SessionStore;
  clock: Clock;
  rules: RulesSource;
}) {
  const { table, sessions, clock, rules } = deps;

  /** Takes the lease; undefined when somebody else holds it or the session is over. */
  async function acquire(sessionId: string): Promise<Lease | undefined> {
    const token = randomUUID();
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const stored = await sessions.findLive(sessionId);
      if (stored === undefined || isHeld(stored)) return undefined;
      const taken = await send(stored, take(stored, token));
      if (taken !== undefined) return { sessionId, token, seen: taken };
    }
    return undefined;
  }

  function isHeld({ lease_token, lease_expires_at }: SessionRecord): boolean {
    return lease_token !== undefined && lease_expires_at !== undefined && lease_expires_at > toTimestamp(clock.now());
  }

  function take(seen: SessionRecord, token: string): Change {
    const until = leaseEnd();
    const unchanged = whileAlarmsAreUnchanged(seen);
    const deaths = (seen.conversion_deaths ?? 0) + 1;
    const hasDied = seen.lease_token !== undefined;
    const sets = ["lease_token = :token", "lease_expires_at = :until", "conversion_due_at = :until", "due_at = :due"];
    return {
      update: `SET ${[...sets, ...(hasDied ? ["conversion_deaths = :deaths"] : [])].join(", ")}`,
      condition: `(attribute_not_exists(lease_token) OR lease_expires_at <= :now) AND ${unchanged.condition}`,
      values: {
        ...unchanged.values,
        ":token": token,
        ":until": until,
        ":due": alarmFor(seen, until),
        ...(hasDied ? { ":deaths": deaths } : {}),
        ":now": toTimestamp(clock.now()),
      },
    };
  }

  function leaseEnd(): string {
    return toTimestamp(new Date(clock.now().getTime() + LEASE_MS));
  }

  /** When the alarm clock rings, with this as the conversion's own alarm. */
  function alarmFor(record: SessionRecord, conversion: string | undefined): string {
    const { conversion_due_at: _, ...rest } = record;
    return dueAt(toTimestamp(endOf(record, rules.current()).at), ...alarmsOf(rest), conversion);
  }

  /** Changes the live session; undefined when it is over or the condition did not hold. */
  async function send(seen: SessionRecord, { update, values, condition }: Change): Promise<SessionRecord | undefined> {
    const live = whileLive(seen, { rules: rules.current(), now: clock.now() });
    const changed = await table.update(sessionKey(seen.session_id), {
      UpdateExpression: update,
      ConditionExpression: condition === undefined ? live.condition : `${live.condition} AND ${condition}`,
      ExpressionAttributeNames: { ...live.names, ...(update.includes("#database") ? { "#database": "database" } : {}) },
      ExpressionAttributeValues: { ...live.values, ...values },
    });
    return changed as SessionRecord | undefined;
  }

  /** Changes the session as the holder; undefined when the lease is lost or the session over. */
  async function asHolder(lease: Lease, toChange: (seen: SessionRecord) => Change | undefined) {
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const change = toChange(lease.seen);
      if (change === undefined) return undefined;
      const condition = `lease_token = :token${change.condition === undefined ? "" : ` AND ${change.condition}`}`;
      const values = { ...change.values, ":token": lease.token };
      const changed = await send(lease.seen, { ...change, condition, values });
      const now = changed ?? (await sessions.findLive(lease.sessionId));
      if (now === undefined || now.lease_token !== lease.token) return changed;
      lease.seen = now;
      if (changed !== undefined) return changed;
    }
    return undefined;
  }

  /** Another minute. The record as it is now: how many conversions were asked for so far. */
  async function renew(lease: Lease): Promise<SessionRecord | undefined> {
    await rules.refresh(); // a conversion may run for minutes, and rules change meanwhile
    const until = leaseEnd();
    return asHolder(lease, () => ({
      update: "SET lease_expires_at = :until, conversion_due_at = :until",
      values: { ":until": until },
    }));
  }

  /** As if the holder had died: what was read ended in an error that nobody foresaw. */
  async function countDeath(lease: Lease): Promise<SessionRecord | undefined> {
    return asHolder(lease, (seen) => ({
      update: "SET conversion_deaths = :deaths",
      values: { ":deaths": (seen.conversion_deaths ?? 0) + 1 },
    }));
  }

  /** A version number that nobody else has or will get. */
  async function claimVersion(lease: Lease): Promise<number | undefined> {
    const changed = await asHolder(lease, () => ({
      update: "SET conversion_fence = conversion_fence + :one",
      values: { ":one": 1 },
    }));
    return changed?.conversion_fence;
  }

  /** Moves the pointer to a database that is already in the bucket. */
  function publish(lease: Lease, database: SessionRecord["database"]): Promise<SessionRecord | undefined> {
    return asHolder(lease, () => ({
      update: "SET #database = :database, revision = revision + :one",
      values: { ":database": database, ":one": 1 },
    }));
  }

  /**
   * Lets go, unless another conversion was asked for since the record was seen (false: look again). The alarm clock
   * goes back to what it rang for before.
   */
  async function release(lease: Lease, { conversion_requests }: SessionRecord): Promise<boolean> {
    const released = await asHolder(lease, (seen) => {
      if (seen.conversion_requests !== conversion_requests) return undefined;
      const unchanged = whileAlarmsAreUnchanged(seen);
      return {
        update: "SET due_at = :due REMOVE lease_token, lease_expires_at, conversion_due_at, conversion_deaths",
        condition: `conversion_requests = :requests AND ${unchanged.condition}`,
        values: { ...unchanged.values, ":due": alarmFor(seen, undefined), ":requests": conversion_requests },
      };
    });
    return released !== undefined;
  }

  /** Lets go with work left undone: whoever comes next may start at once, and the sweep will see to it. */
  async function abandon(lease: Lease): Promise<void> {
    await table.update(sessionKey(lease.sessionId), {
      UpdateExpression: "REMOVE lease_token, lease_expires_at",
      ConditionExpression: "lease_token = :token",
      ExpressionAttributeValues: { ":token": lease.token },
    });
  }

  return { acquire, renew, countDeath, claimVersion, publish, release, abandon };
}

export type ConversionLease = ReturnType<typeof createConversionLease>;
