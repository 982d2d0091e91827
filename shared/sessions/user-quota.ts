/**
 * What a user's live sessions claim together, in one item `USER#<user>` / `USAGE`, where the stage limits it.
 *
 * The item is an upper bound: claims are added to it, and nothing is ever taken off. Deleted files and ended sessions
 * are given back by counting the live sessions again before anybody is refused, so no crash and no double delivery can
 * make it too low for long. A session claims its room first: whoever counts then finds it.
 */
import { sessionKey, usageKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import { AppError } from "../errors.ts";
import { claimedRoom } from "./room.ts";
import type { RulesSource } from "./rules-source.ts";
import type { SessionRecord } from "./session-record.ts";
import type { SessionStore } from "./session-store.ts";

/** Older figures are counted again: what conversions write is in no claim, and the limit may not have held all along. */
const FRESH_MS = 3600_000;
const MAX_ROUNDS = 10;

export function createUserQuota(deps: { table: Table; sessions: SessionStore; rules: RulesSource; clock: Clock }) {
  const { table, sessions, rules, clock } = deps;

  /** Makes sure that there is a figure to add to, before the session claims its part. */
  async function prepare(userId: string): Promise<void> {
    if (rules.current().userBytes === null) return;
    const usage = await table.find(usageKey(userId));
    if (usage !== undefined && String(usage.counted_at) > staleBefore()) return;
    await store(userId, usage?.claimed_bytes, await count(userId));
  }

  /** Adds what a session has claimed; throws 507 with the numbers where it is more than the user may have. */
  async function claim(userId: string, bytes: number): Promise<void> {
    const limit = rules.current().userBytes;
    if (limit === null || bytes <= 0) return;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      if (await add(userId, bytes, limit)) return;
      const usage = await table.find(usageKey(userId));
      const claimed = await count(userId); // with ours, which its session has claimed already
      const isOurs = await store(userId, usage?.claimed_bytes, claimed);
      if (claimed > limit) throw quotaExceeded(claimed - bytes, bytes, limit);
      if (isOurs) return;
    }
    throw new AppError("conflict", `Cannot store anything for "${userId}": other uploads keep coming in`);
  }

  async function add(userId: string, bytes: number, limit: number): Promise<boolean> {
    const added = await table.update(usageKey(userId), {
      UpdateExpression: "SET claimed_bytes = claimed_bytes + :bytes",
      ConditionExpression: "claimed_bytes <= :max AND counted_at > :stale",
      ExpressionAttributeValues: { ":bytes": bytes, ":max": limit - bytes, ":stale": staleBefore() },
    });
    return added !== undefined;
  }

  /** The live sessions' claims. The index names them; the figures are those of the items themselves. */
  async function count(userId: string): Promise<number> {
    const live = await sessions.listAll(userId);
    const records = await Promise.all(live.map(({ session_id }) => table.find(sessionKey(session_id))));
    return records.reduce((sum, record) => sum + (record === undefined ? 0 : bytesOf(record as SessionRecord)), 0);
  }

  function store(userId: string, seen: unknown, claimed: number): Promise<boolean> {
    const item = { ...usageKey(userId), claimed_bytes: claimed, counted_at: toTimestamp(clock.now()) };
    if (seen === undefined) return table.put(item, { ConditionExpression: "attribute_not_exists(pk)" });
    return table.put(item, {
      ConditionExpression: "claimed_bytes = :seen",
      ExpressionAttributeValues: { ":seen": seen },
    });
  }

  function staleBefore(): string {
    return toTimestamp(new Date(clock.now().getTime() - FRESH_MS));
  }

  return { prepare, claim };
}

function bytesOf(record: SessionRecord): number {
  return record.due_shard === undefined || record.status === "deleting" ? 0 : claimedRoom(record).bytes;
}

function quotaExceeded(used: number, wanted: number, limit: number): AppError {
  return new AppError(
    "user_quota_exceeded",
    `Cannot store ${wanted} bytes more: your sessions hold ${used} of ${limit} bytes, uploads in progress included`,
    { details: { requested_bytes: wanted, bytes: used, limit_bytes: limit } },
  );
}
