/** Sessions as the indexes have them, whatever their state: live, over, or marked. Tombstones stand in neither. */
import { dueShards } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { toTimestamp } from "../clock.ts";
import type { SessionRecord } from "./session-record.ts";

/** One user's sessions that existed at that moment, oldest first. */
export function sessionsOfUser(table: Table, userId: string, asOf: Date): AsyncGenerator<SessionRecord> {
  return table.queryAll({
    IndexName: "by_user",
    KeyConditionExpression: "user_id = :user AND created_at <= :as_of",
    ExpressionAttributeValues: { ":user": userId, ":as_of": toTimestamp(asOf) },
  }) as AsyncGenerator<SessionRecord>;
}

/** Everyone's sessions that existed at that moment, shard by shard. */
export async function* everySession(table: Table, asOf: Date): AsyncGenerator<SessionRecord> {
  for (const shard of dueShards) {
    yield* table.queryAll({
      IndexName: "by_due",
      KeyConditionExpression: "due_shard = :shard",
      FilterExpression: "created_at <= :as_of",
      ExpressionAttributeValues: { ":shard": shard, ":as_of": toTimestamp(asOf) },
    }) as AsyncGenerator<SessionRecord>;
  }
}
