import { META, sessionKey, sessionPartition } from "../aws/item-keys.ts";
import { keysInPartition } from "../aws/item-queries.ts";
import { sessionPrefix } from "../aws/object-keys.ts";
import type { Item } from "../aws/table.ts";
import type { Stores } from "../stores.ts";

export interface Leftovers {
  objects: number;
  bytes: number;
  items: number;
}

/**
 * Removes what is left of a session that has no item any more, or only its tombstone, which stays. A session that
 * lives, or is being deleted, is left alone.
 */
export async function removeLeftovers(
  { bucket, table }: Pick<Stores, "bucket" | "table">,
  sessionId: string,
): Promise<Leftovers> {
  const stored = await table.find(sessionKey(sessionId));
  if (stored !== undefined && stored.status !== "deleted") return { objects: 0, bytes: 0, items: 0 };
  await bucket.abortUploads(sessionPrefix(sessionId));
  const removed = await bucket.removePrefix(sessionPrefix(sessionId));
  const items: Item[] = [];
  for await (const item of table.queryAll(keysInPartition(sessionPartition(sessionId)))) {
    if (item.sk !== META) items.push(item);
  }
  await table.writeBatch({ remove: items });
  return { ...removed, items: items.length };
}
