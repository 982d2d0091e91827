import type { Table } from "../aws/table.ts";
import type { FileReading } from "../files/file-reading.ts";
import { figuresOf, saysSame } from "./folder-figures.ts";
import type { SessionRecord } from "./session-record.ts";

/**
 * Bytes by folder. They stand in the session's item and move with its files; in records of older versions they do not,
 * and are counted from the list the first time that somebody asks.
 */
export async function folderBytesOf(
  { table, files }: { table: Table; files: Pick<FileReading, "each"> },
  record: SessionRecord,
): Promise<Record<string, number>> {
  if (record.folder_bytes !== undefined) return record.folder_bytes;
  const found = [];
  for await (const file of files.each(record.session_id)) found.push(file);
  const counted = figuresOf(found);
  // Where the list says something else than the record, a file is on its way into it: that one would be counted twice.
  if (saysSame(record, counted)) await remember(table, record, counted.folder_bytes);
  return counted.folder_bytes;
}

/** Only into the revision that was compared: every change of the files makes another one. */
async function remember(table: Table, record: SessionRecord, bytes: Record<string, number>): Promise<void> {
  await table.update(record, {
    UpdateExpression: "SET folder_bytes = :bytes",
    ConditionExpression: "attribute_exists(due_shard) AND attribute_not_exists(folder_bytes) AND revision = :seen",
    ExpressionAttributeValues: { ":bytes": bytes, ":seen": record.revision },
  });
}
