/**
 * Takes files away, many at once. A file leaves in three steps: its record steps aside, so that nobody sees it any
 * more; its object goes; a file that made tables, or is about to, leaves a record `removed` until they are gone too.
 *
 * The order matters. If a run dies half-way an object without a record is left, which the sweep removes; the other
 * order would leave a file that is listed and cannot be read. What the bucket refuses to let go comes back into sight.
 */
import pMap from "p-map";
import type { Bucket } from "../aws/bucket.ts";
import { fileObjectKey } from "../aws/object-keys.ts";
import type { Table } from "../aws/table.ts";
import { AppError } from "../errors.ts";
import type { FileRecord } from "./file-record.ts";

/** What became of one file. */
export type Removal =
  | { status: "deleted"; record: FileRecord; needsConversion: boolean }
  /** Somebody else was faster. */
  | { status: "gone"; record: FileRecord }
  | { status: "kept"; record: FileRecord; why: AppError };

/** A file that is out of sight; its object may still be there. */
interface Hidden {
  record: FileRecord;
  /** The record as it stands now, where its tables are still to go. */
  marked: FileRecord | undefined;
}

const WRITES_AT_ONCE = 16;

export function createFileRemoval(bucket: Bucket, table: Table) {
  /** Removes these files as they were seen; answers one result each, in their order. */
  async function removeAll(sessionId: string, records: readonly FileRecord[]): Promise<Removal[]> {
    const hidden = await pMap(records, hide, { concurrency: WRITES_AT_ONCE });
    const objects = records
      .filter((_, index) => hidden[index] !== undefined)
      .map(({ path, etag }) => ({ key: fileObjectKey(sessionId, path), etag }));
    const kept = await bucket.removeVersions(objects);
    return pMap(
      records,
      async (record, index): Promise<Removal> => {
        const out = hidden[index];
        if (out === undefined) return overtaken(record);
        const failure = kept.get(fileObjectKey(sessionId, record.path));
        if (failure !== undefined && (await show(out)))
          return { status: "kept", record, why: refused(record, failure) };
        return { status: "deleted", record, needsConversion: out.marked !== undefined };
      },
      { concurrency: WRITES_AT_ONCE },
    );
  }

  async function overtaken(record: FileRecord): Promise<Removal> {
    const present = (await table.find(record)) as FileRecord | undefined;
    if (present?.status !== "ready") return { status: "gone", record };
    return { status: "kept", record, why: replaced(record) };
  }

  /** Undefined when the file was replaced or removed since it was seen. */
  async function hide(record: FileRecord): Promise<Hidden | undefined> {
    const condition = "revision = :seen AND #status = :ready";
    const names = { "#status": "status" };
    const values = { ":seen": record.revision, ":ready": "ready" };
    if (!isTabular(record)) {
      const gone = await table.remove(record, {
        ConditionExpression: condition,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
      });
      return gone === undefined ? undefined : { record, marked: undefined };
    }
    const marked = await table.update(record, {
      UpdateExpression:
        "SET #status = :removed, conversion.#state = :pending, revision = revision + :one REMOVE conversion_entry",
      ConditionExpression: condition,
      ExpressionAttributeNames: { ...names, "#state": "state" },
      ExpressionAttributeValues: { ...values, ":removed": "removed", ":pending": "pending", ":one": 1 },
    });
    return marked === undefined ? undefined : { record, marked: marked as FileRecord };
  }

  /** Brings a file back into sight; false when another took its name meanwhile, and it is gone after all. */
  async function show({ record, marked }: Hidden): Promise<boolean> {
    const revision = (marked ?? record).revision + 1;
    const condition =
      marked === undefined
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "revision = :seen", ExpressionAttributeValues: { ":seen": marked.revision } };
    return table.put({ ...record, revision }, condition);
  }

  return { removeAll };
}

/** True for a file that has made tables, or that a conversion under way may be making some of. */
function isTabular({ conversion }: FileRecord): boolean {
  return conversion.tables.length > 0 || conversion.state === "pending" || conversion.state === "converting";
}

function replaced({ path }: FileRecord): AppError {
  return new AppError("conflict", `Cannot delete "${path}": it was replaced meanwhile`);
}

function refused({ path }: FileRecord, code: string): AppError {
  const cause = new Error(`The bucket answered ${code}`);
  return new AppError("unavailable", `Cannot delete "${path}" now: the storage refused, try it again`, { cause });
}
