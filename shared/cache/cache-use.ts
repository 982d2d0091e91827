/**
 * How much a session may store in its cache. Counted by what is stored in a day, not by what lies there: entries go by
 * themselves after their hours, and no count would have to follow them. So at most three days' worth ever lies there.
 */
import { cacheUseKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toEpochSeconds, toTimestamp } from "../clock.ts";
import { AppError } from "../errors.ts";

export const MAX_DAILY_BYTES = 1e9;
export const MAX_DAILY_ENTRIES = 10_000;
const KEPT_SECONDS = 2 * 24 * 3600;

export function createCacheUse(table: Table, clock: Clock) {
  const today = () => toTimestamp(clock.now()).slice(0, 10);

  /** Counts one answer before it is stored; 507 with the numbers when the day's share is used up. */
  async function count(sessionId: string, bytes: number): Promise<void> {
    const counted = await table.update(cacheUseKey(sessionId, today()), {
      UpdateExpression: "ADD stored_bytes :bytes, stored_entries :one SET #ttl = if_not_exists(#ttl, :ttl)",
      ConditionExpression: "attribute_not_exists(pk) OR (stored_bytes <= :room AND stored_entries < :max_entries)",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":bytes": bytes,
        ":one": 1,
        ":ttl": toEpochSeconds(clock.now()) + KEPT_SECONDS,
        ":room": MAX_DAILY_BYTES - bytes,
        ":max_entries": MAX_DAILY_ENTRIES,
      },
    });
    if (counted !== undefined) return;
    const details = { limit_bytes: MAX_DAILY_BYTES, limit_entries: MAX_DAILY_ENTRIES, per: "day" };
    throw new AppError(
      "session_full",
      `Cannot cache ${bytes} bytes more today: a session stores ${MAX_DAILY_BYTES} bytes and ${MAX_DAILY_ENTRIES} results a day`,
      { details },
    );
  }

  /** Where the session is gone, nothing of it may stay. */
  async function forget(sessionId: string): Promise<void> {
    await table.remove(cacheUseKey(sessionId, today()));
  }

  return { count, forget };
}
