import { type ItemKey, PREFIX, userPartition } from "../aws/item-keys.ts";
import { keysInPartition } from "../aws/item-queries.ts";
import type { Table } from "../aws/table.ts";

/** Removes what is kept of a user outside his sessions, with `answers` only the answers to his calls; says what it was. */
export async function removeUserItems(
  table: Table,
  userId: string,
  which: "everything" | "answers" = "everything",
): Promise<ItemKey[]> {
  const items: ItemKey[] = [];
  for await (const item of table.queryAll(keysInPartition(userPartition(userId)))) {
    if (which === "everything" || item.sk.startsWith(PREFIX.answer)) items.push(item);
  }
  if (items.length > 0) await table.writeBatch({ remove: items });
  return items;
}
