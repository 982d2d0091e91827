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
import { type Hidden, hideFile } from "./hide-file.ts";

/** What became of one file. `also` is the record of the same bytes that came meanwhile, and went with them. */
export type Removal =
  | { status: "deleted"; record: FileRecord; needsConversion: boolean; also?: FileRecord }
  /** Somebody else was faster. */
  | { status: "gone"; record: FileRecord }
  | { status: "kept"; record: FileRecord; why: AppError };

const WRITES_AT_ONCE = 16;

export function createFileRemoval(bucket: Bucket, table: Table) {
  /** Removes these files as they were seen; answers one result each, in their order. */
  async function removeAll(sessionId: string, records: readonly FileRecord[]): Promise<Removal[]> {
    const hidden = await pMap(records, (record) => hideFile(table, record), { concurrency: WRITES_AT_ONCE });
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
        if (failure !== undefined && (await isThere(sessionId, record)) && (await show(out)))
          return { status: "kept", record, why: refused(record, failure) };
        const also = await hideRevived(sessionId, record);
        const needsConversion = out.marked !== undefined || also?.marked !== undefined;
        return { status: "deleted", record, needsConversion, ...(also === undefined ? {} : { also: also.record }) };
      },
      { concurrency: WRITES_AT_ONCE },
    );
  }

  /**
   * Whether the bucket still has what it did not say was gone: where its answer was lost it is, and in sight again it
   * would be a file that nobody can read. Where the bucket does not tell either, it is as it was.
   */
  async function isThere(sessionId: string, { path }: FileRecord): Promise<boolean> {
    try {
      return (await bucket.find(fileObjectKey(sessionId, path))) !== undefined;
    } catch {
      return true;
    }
  }

  /**
   * The same bytes are the same version: when they came again before the object went, it was theirs, too. Whoever
   * stored them looks whether it is there, but may have looked before it went.
   */
  async function hideRevived(sessionId: string, { path, etag, pk, sk }: FileRecord): Promise<Hidden | undefined> {
    const present = (await table.find({ pk, sk })) as FileRecord | undefined;
    if (present?.status !== "ready" || present.etag !== etag) return undefined;
    const object = await bucket.find(fileObjectKey(sessionId, path));
    return object === undefined ? hideFile(table, present) : undefined;
  }

  async function overtaken(record: FileRecord): Promise<Removal> {
    const present = (await table.find(record)) as FileRecord | undefined;
    if (present?.status !== "ready") return { status: "gone", record };
    return { status: "kept", record, why: replaced(record) };
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

function replaced({ path }: FileRecord): AppError {
  return new AppError("conflict", `Cannot delete "${path}": it was replaced meanwhile`);
}

function refused({ path }: FileRecord, code: string): AppError {
  const cause = new Error(`The bucket answered ${code}`);
  return new AppError("unavailable", `Cannot delete "${path}" now: the storage refused, try it again`, { cause });
}
