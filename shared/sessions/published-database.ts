import type { SessionRecord } from "./session-record.ts";

/** Whether this object is the database that the session's pointer names; cut short or written over it is not. */
export function isPublished(
  object: { sizeBytes: number } | undefined,
  { size_bytes }: SessionRecord["database"],
): boolean {
  return object?.sizeBytes === size_bytes;
}
