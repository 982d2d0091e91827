import { sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";

/**
 * Takes a file that housekeeping removed off its session's counts. Not by the door that requests use: that one counts
 * as activity, and a sweep must not keep a session alive.
 */
export async function discountFile(
  table: Table,
  sessionId: string,
  file: { folder: string; sizeBytes: number },
): Promise<void> {
  await table.update(sessionKey(sessionId), {
    UpdateExpression:
      "SET revision = revision + :one, total_size_bytes = total_size_bytes - :bytes, file_counts.#folder = file_counts.#folder - :one, claimed_bytes = if_not_exists(claimed_bytes, total_size_bytes) - :bytes, claimed_files = if_not_exists(claimed_files, :one) - :one",
    ConditionExpression: "attribute_exists(due_shard) AND attribute_exists(file_counts.#folder)",
    ExpressionAttributeNames: { "#folder": file.folder },
    ExpressionAttributeValues: { ":one": 1, ":bytes": file.sizeBytes },
  });
}
