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
  const changed = await table.update(sessionKey(sessionId), discountUpdate(file, { knowsBytes: true }));
  if (changed === undefined) await table.update(sessionKey(sessionId), discountUpdate(file, { knowsBytes: false }));
}

const MOVES = [
  "revision = revision + :one",
  "total_size_bytes = total_size_bytes - :bytes",
  "file_counts.#folder = file_counts.#folder - :one",
  "claimed_bytes = if_not_exists(claimed_bytes, total_size_bytes) - :bytes",
  "claimed_files = if_not_exists(claimed_files, :one) - :one",
];

/** A record that does not know its folders' bytes (older versions did not) shall not begin to in the middle. */
function discountUpdate(file: { folder: string; sizeBytes: number }, { knowsBytes }: { knowsBytes: boolean }) {
  const moves = knowsBytes ? [...MOVES, "folder_bytes.#folder = folder_bytes.#folder - :bytes"] : MOVES;
  const known = knowsBytes ? "attribute_exists(folder_bytes.#folder)" : "attribute_not_exists(folder_bytes.#folder)";
  return {
    UpdateExpression: `SET ${moves.join(", ")}`,
    ConditionExpression: `attribute_exists(due_shard) AND attribute_exists(file_counts.#folder) AND ${known}`,
    ExpressionAttributeNames: { "#folder": file.folder },
    ExpressionAttributeValues: { ":one": 1, ":bytes": file.sizeBytes },
  };
}
