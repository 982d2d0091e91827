import type { ListedObject } from "../../shared/aws/bucket.ts";
import { cacheKey, fileKey } from "../../shared/aws/item-keys.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { discountFile } from "../../shared/sweeping/discount-file.ts";
import type { Round } from "./sweep-deps.ts";

/**
 * Removes a cached value that is past its hours: the items first, so that no answer ever names an object that is not
 * there. Small values have no object; their items go by their own `ttl`.
 */
export async function removeCacheEntry(
  { deps, report }: Round,
  sessionId: string,
  name: string,
  object: ListedObject,
): Promise<void> {
  const path = `cache/${name}`;
  const record = (await deps.table.find(fileKey(sessionId, path))) as FileRecord | undefined;
  if (record !== undefined) {
    // Somebody may store it again at this moment; then it is a new entry, with hours of its own.
    if (record.etag !== object.etag) return;
    const removed = await deps.table.remove(record, {
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":seen": record.revision },
    });
    if (removed === undefined) return;
    await discountFile(deps.table, sessionId, { folder: "cache", sizeBytes: record.size_bytes });
  }
  await deps.table.remove(cacheKey(sessionId, name.replace(/\.[^.]*$/, "")));
  await deps.bucket.remove(object.key);
  report.cache_entries_removed++;
}
