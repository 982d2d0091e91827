import type { Table } from "../aws/table.ts";
import type { FileRecord } from "./file-record.ts";

/** What a conversion writes into the records of files: each only over the revision that it saw. */
export function createConversionNotes(table: Table) {
  /** Notes which history entry will tell of the conversion; false when the file was replaced or removed meanwhile. */
  async function noteEntry(record: FileRecord, entryId: string): Promise<boolean> {
    const noted = await table.update(record, {
      UpdateExpression: "SET conversion_entry = :entry",
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":entry": entryId, ":seen": record.revision },
    });
    return noted !== undefined;
  }

  /** Writes what a conversion found, unless the file was replaced or removed meanwhile: then it is still pending. */
  async function noteConversion(record: FileRecord, outcome: Pick<FileRecord, "conversion" | "report">): Promise<void> {
    await table.update(record, {
      UpdateExpression: "SET conversion = :conversion, report = :report REMOVE conversion_entry",
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: {
        ":conversion": outcome.conversion,
        ":report": outcome.report ?? null,
        ":seen": record.revision,
      },
    });
  }

  /** Makes the record follow the object; false when the record was changed meanwhile. */
  async function adoptObject(record: FileRecord, object: { etag: string; sizeBytes: number }): Promise<boolean> {
    const changed = await table.update(record, {
      UpdateExpression: "SET etag = :etag, size_bytes = :size, revision = revision + :one REMOVE sha256",
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: {
        ":etag": object.etag,
        ":size": object.sizeBytes,
        ":one": 1,
        ":seen": record.revision,
      },
    });
    return changed !== undefined;
  }

  /** Removes the record of a removed file, unless a new file took its name meanwhile. */
  async function dropRecord(record: FileRecord): Promise<void> {
    await table.remove(record, {
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":seen": record.revision },
    });
  }

  return { noteEntry, noteConversion, adoptObject, dropRecord };
}
