import type { Table } from "../aws/table.ts";
import { toTimestamp } from "../clock.ts";
import type { ConversionSettings } from "../contract/conversion.ts";
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

  /** Notes that the file is about to be read alone; undefined when it was replaced or removed meanwhile. */
  async function beginTrial(record: FileRecord): Promise<FileRecord | undefined> {
    const begun = await table.update(record, {
      UpdateExpression: "SET conversion_trials = if_not_exists(conversion_trials, :none) + :one",
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":none": 0, ":one": 1, ":seen": record.revision },
    });
    return begun as FileRecord | undefined;
  }

  /** Takes the note back: whoever read it lives, and something else was in his way. */
  async function endTrial(record: FileRecord): Promise<void> {
    await table.update(record, {
      UpdateExpression: "SET conversion_trials = conversion_trials - :one",
      ConditionExpression: "revision = :seen AND conversion_trials > :none",
      ExpressionAttributeValues: { ":none": 0, ":one": 1, ":seen": record.revision },
    });
  }

  /**
   * Asks for another conversion, with these settings. A conversion under way has seen another revision: what it finds
   * is not noted. Undefined when the file was replaced or removed meanwhile.
   */
  async function askConversion(record: FileRecord, settings: ConversionSettings[]): Promise<FileRecord | undefined> {
    const asked = await table.update(record, {
      UpdateExpression:
        "SET settings = :settings, conversion = :conversion, revision = revision + :one REMOVE conversion_trials",
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: {
        ":settings": settings,
        ":conversion": { state: "pending", tables: record.conversion.tables },
        ":one": 1,
        ":seen": record.revision,
      },
    });
    return asked as FileRecord | undefined;
  }

  /** Writes what a conversion found, unless the file was replaced or removed meanwhile: then it is still pending. */
  async function noteConversion(record: FileRecord, outcome: Pick<FileRecord, "conversion" | "report">): Promise<void> {
    const isConverted = outcome.conversion.state === "converted";
    await table.update(record, {
      UpdateExpression: `SET conversion = :conversion, report = :report${isConverted ? ", converted_etag = :etag" : ""} REMOVE conversion_entry, conversion_trials`,
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: {
        ":conversion": outcome.conversion,
        ":report": outcome.report ?? null,
        ":seen": record.revision,
        ...(isConverted ? { ":etag": record.etag } : {}),
      },
    });
  }

  /**
   * Makes the record follow an object that somebody put there and died before he wrote its record: what is known of
   * other bytes goes, and tables are to be made of these. Undefined when the record was changed meanwhile.
   */
  async function adoptObject(
    record: FileRecord,
    object: { etag: string; sizeBytes: number },
    modifiedAt: Date,
  ): Promise<FileRecord | undefined> {
    const sets = ["etag = :etag", "size_bytes = :size", "modified_at = :now", "conversion.#state = :state"];
    const adopted = await table.update(record, {
      UpdateExpression: `SET ${sets.join(", ")}, revision = revision + :one REMOVE sha256, document, conversion_entry, conversion_trials`,
      ConditionExpression: "revision = :seen",
      ExpressionAttributeNames: { "#state": "state" },
      ExpressionAttributeValues: {
        ...{ ":etag": object.etag, ":size": object.sizeBytes, ":now": toTimestamp(modifiedAt) },
        ":state": record.folder === "uploads" ? "pending" : record.conversion.state,
        ...{ ":one": 1, ":seen": record.revision },
      },
    });
    return adopted as FileRecord | undefined;
  }

  /** Removes the record of a removed file, unless a new file took its name meanwhile. */
  async function dropRecord(record: FileRecord): Promise<void> {
    await table.remove(record, {
      ConditionExpression: "revision = :seen",
      ExpressionAttributeValues: { ":seen": record.revision },
    });
  }

  return { noteEntry, beginTrial, endTrial, askConversion, noteConversion, adoptObject, dropRecord };
}
