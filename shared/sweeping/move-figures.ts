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
  "file_counts.#folder = file_counts.#folder + :files",
  "claimed_bytes = if_not_exists(claimed_bytes, total_size_bytes) + :bytes",
  "claimed_files = if_not_exists(claimed_files, :one) + :files",
];

/** A record that does not know its folders' bytes (older versions did not) shall not begin to in the middle. */
function movesOf({ folder, files, bytes }: FileDelta, { knowsBytes }: { knowsBytes: boolean }) {
  const moves = knowsBytes ? [...MOVES, "folder_bytes.#folder = folder_bytes.#folder + :bytes"] : MOVES;
  const known = knowsBytes ? "attribute_exists(folder_bytes.#folder)" : "attribute_not_exists(folder_bytes.#folder)";
  return {
    UpdateExpression: `SET ${moves.join(", ")}`,
    ConditionExpression: `attribute_exists(due_shard) AND attribute_exists(file_counts.#folder) AND ${known}`,
    ExpressionAttributeNames: { "#folder": folder },
    ExpressionAttributeValues: { ":one": 1, ":files": files, ":bytes": bytes },
  };
}
