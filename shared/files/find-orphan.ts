import type { Bucket } from "../aws/bucket.ts";
import { fileKey } from "../aws/item-keys.ts";
import { fileObjectKey } from "../aws/object-keys.ts";
import type { Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";

/** Longer than anything lives that stores files. */
export const WRITER_MS = 6 * 60_000;

/**
 * The version of an object in this place that no record names, and none will: its writer died between the two, or was
 * told that he failed. For everybody the name is free, so whoever asks for a free name may have it. Undefined where a
 * file is, and while somebody may still be on his way.
 */
export async function findOrphan(
  { bucket, table, clock }: { bucket: Bucket; table: Table; clock: Clock },
  sessionId: string,
  path: string,
): Promise<string | undefined> {
  const object = await bucket.find(fileObjectKey(sessionId, path));
  if (object === undefined || clock.now().getTime() - object.modifiedAt.getTime() < WRITER_MS) return undefined;
  const record = await table.find(fileKey(sessionId, path));
  return record?.status === "ready" ? undefined : object.etag;
}
