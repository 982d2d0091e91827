import pMap from "p-map";
import type { Item, Table } from "../aws/table.ts";

/** What a clearing did; not complete when its time ran out first. */
export interface Cleared {
  removed: number;
  complete: boolean;
}

/** What BatchWriteItem takes. */
const BATCH = 25;
/** Many small requests: a few in flight keep the engine busy and stay far from throttling one partition. */
const CONCURRENCY = 8;

/** Removes every item that the range holds, page after page. Safe to repeat, and to run twice at the same time. */
export async function clearEntries(
  table: Table,
  range: { pk: string; from: string; to: string },
  isLate: () => boolean,
): Promise<Cleared> {
  let removed = 0;
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.queryPage({
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": range.pk, ":from": range.from, ":to": range.to },
      ProjectionExpression: "pk, sk",
      ConsistentRead: true,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const counts = await pMap(batchesOf(page.items), (batch) => removeBatch(table, batch, isLate), {
      concurrency: CONCURRENCY,
    });
    const count = counts.reduce((sum, one) => sum + one, 0);
    removed += count;
    if (count < page.items.length) return { removed, complete: false };
    start = page.last;
  } while (start !== undefined);
  return { removed, complete: true };
}

async function removeBatch(table: Table, batch: Item[], isLate: () => boolean): Promise<number> {
  if (isLate()) return 0;
  await table.writeBatch({ remove: batch });
  return batch.length;
}

function batchesOf(items: readonly Item[]): Item[][] {
  const count = Math.ceil(items.length / BATCH);
  return Array.from({ length: count }, (_, index) => items.slice(index * BATCH, (index + 1) * BATCH));
}
