import { META, parseSessionPartition } from "../../shared/aws/item-keys.ts";
import { sessionPrefix } from "../../shared/aws/object-keys.ts";
import type { Stores } from "../../shared/stores.ts";

/** Removes what is left of the session whose own item is gone. A session that has one is left alone. */
export async function removeLeftovers(
  { bucket, table }: Pick<Stores, "bucket" | "table">,
  pk: string,
): Promise<{ objects: number; bytes: number; items: number }> {
  const sessionId = parseSessionPartition(pk);
  if (sessionId === undefined || (await table.find({ pk, sk: META })) !== undefined) {
    return { objects: 0, bytes: 0, items: 0 };
  }
  await bucket.abortUploads(sessionPrefix(sessionId));
  const removed = await bucket.removePrefix(sessionPrefix(sessionId));
  const items = [];
  const query = { KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": pk } };
  for await (const item of table.queryAll({ ...query, ProjectionExpression: "pk, sk" })) items.push(item);
  await table.writeBatch({ remove: items });
  return { ...removed, items: items.length };
}
