import type { ListedObject } from "../../shared/aws/bucket.ts";
import { cacheKey, fileKey } from "../../shared/aws/item-keys.ts";
import { type CacheEntry, isExpired } from "../../shared/cache/cache-entry.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { moveFigures } from "../../shared/sweeping/move-figures.ts";
import type { Round } from "./sweep-deps.ts";

/** An object in a session's cache that is old enough to be asked for. */
export interface CacheObject {
  name: string;
  hash: string;
  object: ListedObject;
}

/**
 * Removes a cached answer that is past its hours: the items first, so that no answer ever names an object that is not
 * there. An object that no entry names goes alone: its writer died before it was done, or was replaced. Small answers
 * have no object; their items go by their own `ttl`.
 */
export async function removeCacheEntry(round: Round, sessionId: string, { name, hash, object }: CacheObject) {
  const { deps, report } = round;
  if (!(await removeFileRecord(round, sessionId, name, object))) return;
  const entry = (await deps.table.find(cacheKey(sessionId, hash))) as CacheEntry | undefined;
  if (entry?.object_key === object.key) {
    // While the stage's own rules could not be read, nobody knows how long it counts.
    if (!deps.rules.areKnown()) return;
    if (!isExpired(entry, deps.rules.current().cacheHours, deps.clock.now())) return;
    const removed = await deps.table.remove(entry, {
      ConditionExpression: "version = :seen",
      ExpressionAttributeValues: { ":seen": entry.version },
    });
    if (removed === undefined) return; // stored again at this moment, and then its writer removes this object
  }
  await deps.bucket.remove(object.key);
  report.cache_entries_removed++;
}

/** Takes away the record of a file that lies in the cache; false when somebody stores that file again just now. */
async function removeFileRecord({ deps }: Round, sessionId: string, name: string, object: ListedObject) {
  const record = (await deps.table.find(fileKey(sessionId, `cache/${name}`))) as FileRecord | undefined;
  if (record === undefined) return true;
  if (record.etag !== object.etag) return false;
  const removed = await deps.table.remove(record, {
    ConditionExpression: "revision = :seen",
    ExpressionAttributeValues: { ":seen": record.revision },
  });
  if (removed === undefined) return false;
  await moveFigures(deps.table, sessionId, { folder: "cache", files: -1, bytes: -record.size_bytes });
  return true;
}
