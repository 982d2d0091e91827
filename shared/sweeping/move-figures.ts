import { sessionKey } from "../aws/item-keys.ts";
import type { Table } from "../aws/table.ts";
import type { FileDelta } from "../files/file-record.ts";

/**
 * Moves a session's counts by what housekeeping changed in its files. Not by the door that requests use: that one counts
 * as activity, and a sweep must not keep a session alive.
 */
export async function moveFigures(table: Table, sessionId: string, delta: FileDelta): Promise<void> {
  const changed = await table.update(sessionKey(sessionId), movesOf(delta, { knowsBytes: true }));
  if (changed === undefined) await table.update(sessionKey(sessionId), movesOf(delta, { knowsBytes: false }));
}

const MOVES = [
  "revision = revision + :one",
  "total_size_bytes = total_size_bytes + :bytes",
  "file_counts.#folder = if_not_exists(file_counts.#folder, :none) + :files",
  "claimed_bytes = if_not_exists(claimed_bytes, total_size_bytes) + :bytes",
  "claimed_files = if_not_exists(claimed_files, :one) + :files",
];

/**
 * A record that does not know its folders' bytes (older versions did not) shall not begin to in the middle; a folder that
 * has had no file begins with this one.
 */
function movesOf({ folder, files, bytes }: FileDelta, { knowsBytes }: { knowsBytes: boolean }) {
  const moves = knowsBytes
    ? [...MOVES, "folder_bytes.#folder = if_not_exists(folder_bytes.#folder, :none) + :bytes"]
    : MOVES;
  const hasFolder = "attribute_exists(file_counts.#folder)";
  const hasBytes = "attribute_exists(folder_bytes.#folder)";
  // A file that goes leaves a folder that was counted; one that comes may be its folder's first.
  const [mayCome, known] =
    files > 0
      ? ["attribute_exists(file_counts)", `attribute_exists(folder_bytes) AND (${hasBytes} OR NOT ${hasFolder})`]
      : [hasFolder, hasBytes];
  return {
    UpdateExpression: `SET ${moves.join(", ")}`,
    ConditionExpression: `attribute_exists(due_shard) AND ${mayCome} AND ${knowsBytes ? `(${known})` : `NOT (${known})`}`,
    ExpressionAttributeNames: { "#folder": folder },
    ExpressionAttributeValues: { ":one": 1, ":none": 0, ":files": files, ":bytes": bytes },
  };
}
