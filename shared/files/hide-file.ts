import type { Table } from "../aws/table.ts";
import { scriptLanguage } from "../python/script-language.ts";
import type { FileRecord } from "./file-record.ts";

/** A file that is out of sight; its object may still be there. */
export interface Hidden {
  record: FileRecord;
  /** The record as it stands now, where its tables are still to go. */
  marked: FileRecord | undefined;
}

/** Takes a file out of sight; undefined when the file was replaced or removed since it was seen. */
export async function hideFile(table: Table, record: FileRecord): Promise<Hidden | undefined> {
  const condition = "revision = :seen AND #status = :ready";
  const names = { "#status": "status" };
  const values = { ":seen": record.revision, ":ready": "ready" };
  if (!leavesTraces(record)) {
    const gone = await table.remove(record, {
      ConditionExpression: condition,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    });
    return gone === undefined ? undefined : { record, marked: undefined };
  }
  const marked = await table.update(record, {
    UpdateExpression:
      "SET #status = :removed, conversion.#state = :pending, revision = revision + :one REMOVE conversion_entry, conversion_trials",
    ConditionExpression: condition,
    ExpressionAttributeNames: { ...names, "#state": "state" },
    ExpressionAttributeValues: { ...values, ":removed": "removed", ":pending": "pending", ":one": 1 },
  });
  return marked === undefined ? undefined : { record, marked: marked as FileRecord };
}

/**
 * True for a file that has made tables, for one that a conversion under way may be making some of, and for a script,
 * of which there is a rewritten one.
 */
function leavesTraces({ conversion, folder, name }: FileRecord): boolean {
  const isWaiting = conversion.state === "pending" || conversion.state === "converting";
  return conversion.tables.length > 0 || isWaiting || (folder === "uploads" && scriptLanguage(name) !== undefined);
}
