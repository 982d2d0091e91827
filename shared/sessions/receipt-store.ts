import { endedPartition } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { Receipt } from "../contract/session.ts";
import { TOMBSTONE_SECONDS, type Tombstone } from "./session-record.ts";
import type { ListPosition } from "./session-lists.ts";

export interface ReceiptPage {
  receipts: Receipt[];
  next: ListPosition | undefined;
}

export function createReceiptStore(table: Table, clock: Clock) {
  /**
   * What ended of this user's in the last seven days, newest first: one query a page. Older tombstones may still be
   * there, as DynamoDB removes them within days; the key condition leaves them out.
   */
  async function list(userId: string, limit: number, start?: ListPosition): Promise<ReceiptPage> {
    const user_id = endedPartition(userId);
    const since = new Date(clock.now().getTime() - TOMBSTONE_SECONDS * 1000);
    const { items, last } = await table.queryPage({
      IndexName: "by_user",
      KeyConditionExpression: "user_id = :user AND created_at > :since",
      ExpressionAttributeValues: { ":user": user_id, ":since": toTimestamp(since) },
      ScanIndexForward: false,
      Limit: limit + 1,
      ...(start === undefined ? {} : { ExclusiveStartKey: { ...start, sk: "META", user_id } }),
    });
    const tombstones = items.slice(0, limit) as Tombstone[];
    const end = items.length > limit || last !== undefined ? tombstones.at(-1) : undefined;
    return {
      receipts: tombstones.map((tombstone) => tombstone.receipt),
      next: end === undefined ? undefined : { created_at: end.created_at, pk: end.pk },
    };
  }

  return { list };
}

export type ReceiptStore = ReturnType<typeof createReceiptStore>;
