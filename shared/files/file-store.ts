import { createHash } from "node:crypto";
import { type Readable, Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Bucket, PutCondition } from "../aws/bucket.ts";
import { fileKey, PREFIX, sessionPartition } from "../aws/item-keys.ts";
import { fileObjectKey } from "../aws/object-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toTimestamp } from "../clock.ts";
import type { Actor } from "../contract/actor.ts";
import type { DocumentHead } from "../contract/document.ts";
import type { Conversion } from "../contract/file.ts";
import { AppError } from "../errors.ts";
import { sha256Hex } from "../ids.ts";
import type { FilePath } from "./file-names.ts";
import type { FileDelta, FileRecord } from "./file-record.ts";
import { createFileRemoval } from "./file-removal.ts";
import { detectMediaType, HEAD_BYTES } from "./look-at.ts";
import { typeByName } from "./media-type.ts";
import { peek } from "./peek.ts";

export interface Stored {
  record: FileRecord;
  delta: FileDelta;
}

interface Measured {
  etag: string;
  sizeBytes: number;
  sha256?: string;
}

/** What is known of a file beside its bytes. */
export interface Upload {
  conversion: Conversion;
  uploadedBy: Actor;
  /** The direct upload that brought it. */
  uploadId?: string;
  /** Where the file is a research document: what lists say of it. */
  document?: DocumentHead;
}

/** Writers of one name that overtake each other settle in two rounds; more means something else is wrong. */
const MAX_ROUNDS = 10;
const MAX_SINGLE_READS = 25;

export function createFileStore(bucket: Bucket, table: Table, clock: Clock) {
  /** Streams a file in and writes its record; the record always describes the object that is there in the end. */
  async function put(sessionId: string, path: FilePath, body: Readable, about: Upload): Promise<Stored> {
    const { head, isWhole, whole } = await peek(body, HEAD_BYTES);
    const contentType = await detectMediaType(path.name, head, isWhole);
    const meter = createMeter();
    // An error has to reach the upload, which then stores nothing; pipe() alone would leave it waiting.
    whole.on("error", (error) => meter.stream.destroy(error));
    const etag = await bucket.putStream(fileObjectKey(sessionId, path.path), whole.pipe(meter.stream), contentType);
    return settle(sessionId, path, { etag, contentType, ...about, ...meter.result() });
  }

  /** Stores a text at once, on a condition on what is there; undefined when that did not hold. */
  async function putText(
    sessionId: string,
    path: FilePath,
    text: string,
    { condition, ...about }: Upload & { condition: PutCondition },
  ): Promise<Stored | undefined> {
    const body = Buffer.from(text);
    const head = body.subarray(0, HEAD_BYTES);
    const contentType = await detectMediaType(path.name, head, head.byteLength === body.byteLength);
    const etag = await bucket.putIf(fileObjectKey(sessionId, path.path), body, { contentType, condition });
    if (etag === undefined) return undefined;
    const measured = { etag, sizeBytes: body.byteLength, sha256: sha256Hex(body) };
    return settle(sessionId, path, { ...measured, contentType, ...about });
  }

  /**
   * Writes the record of an object that a direct upload put there; the same again when its record stands already,
   * with what it changed in the counts then.
   */
  async function adopt(
    sessionId: string,
    path: FilePath,
    object: Measured & Upload & { uploadId: string },
  ): Promise<Stored> {
    const seen = await find(sessionId, path.path);
    if (seen?.arrival?.upload_id === object.uploadId) return { record: seen, delta: seen.arrival.delta };
    return settle(sessionId, path, { ...object, contentType: await typeOf(sessionId, path, object) });
  }

  /** Of an object that did not pass through here: by its first bytes, as of all others. */
  async function typeOf(sessionId: string, { name, path }: FilePath, { etag, sizeBytes }: Measured): Promise<string> {
    if (sizeBytes === 0) return typeByName(name); // of nothing, S3 gives no range
    const object = await bucket.read(fileObjectKey(sessionId, path), { etag, firstBytes: HEAD_BYTES });
    if (object === undefined) return typeByName(name);
    return detectMediaType(name, await buffer(object.body), sizeBytes <= HEAD_BYTES);
  }

  /**
   * Two writers of one name: objects replace each other in one order, records perhaps in another. So a record is
   * written only over the revision that was seen, and whoever finds another one looks at the object again.
   */
  async function settle(
    sessionId: string,
    path: FilePath,
    mine: Measured & Upload & { contentType: string },
  ): Promise<Stored> {
    let measured: Measured = mine;
    let seen: FileRecord | undefined;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const record = toRecord(sessionId, path, mine, measured, seen);
      if (await table.put(record, onlyOver(seen))) return { record, delta: deltaOf(record, seen) };
      seen = (await table.find(fileKey(sessionId, path.path))) as FileRecord | undefined;
      const object = await bucket.find(fileObjectKey(sessionId, path.path));
      if (object === undefined) throw new AppError("conflict", `Cannot store "${path.path}": it was deleted meanwhile`);
      measured = object.etag === mine.etag ? mine : { etag: object.etag, sizeBytes: object.sizeBytes };
    }
    throw new AppError("conflict", `Cannot store "${path.path}": others keep replacing it`);
  }

  function toRecord(
    sessionId: string,
    { folder, name, path }: FilePath,
    mine: Upload & { contentType: string; etag: string },
    measured: Measured,
    seen: FileRecord | undefined,
  ): FileRecord {
    const now = toTimestamp(clock.now());
    // Where the object is another writer's, his record may stand already, and knows more of it.
    const isMine = measured.etag === mine.etag;
    const document = isMine ? mine.document : seen?.document;
    const record: FileRecord = {
      ...fileKey(sessionId, path),
      path,
      folder,
      name,
      status: "ready",
      size_bytes: measured.sizeBytes,
      content_type: isMine ? mine.contentType : (seen?.content_type ?? mine.contentType),
      etag: measured.etag,
      ...(measured.sha256 === undefined ? {} : { sha256: measured.sha256 }),
      created_at: seen?.status === "ready" ? seen.created_at : now,
      modified_at: now,
      uploaded_by: isMine ? mine.uploadedBy : (seen?.uploaded_by ?? mine.uploadedBy),
      revision: (seen?.revision ?? 0) + 1,
      ...(document === undefined ? {} : { document }),
      // The tables of the version before stay readable until the next publication.
      conversion: { ...mine.conversion, tables: seen?.conversion.tables ?? [] },
    };
    if (mine.uploadId === undefined) return record;
    return { ...record, arrival: { upload_id: mine.uploadId, delta: deltaOf(record, seen) } };
  }

  /** The record of a file that clients may see. */
  async function find(sessionId: string, path: string): Promise<FileRecord | undefined> {
    const record = (await table.find(fileKey(sessionId, path))) as FileRecord | undefined;
    return record?.status === "ready" ? record : undefined;
  }

  /** Those of these files that there are, by their paths. Many are found faster by reading the list than one by one. */
  async function findMany(sessionId: string, paths: readonly string[]): Promise<Map<string, FileRecord>> {
    const wanted = new Set(paths);
    const found =
      wanted.size <= MAX_SINGLE_READS
        ? await Promise.all([...wanted].map((path) => find(sessionId, path)))
        : await listOf(sessionId, wanted);
    return new Map(found.flatMap((record) => (record === undefined ? [] : [[record.path, record]])));
  }

  async function listOf(sessionId: string, wanted: ReadonlySet<string>): Promise<FileRecord[]> {
    const found: FileRecord[] = [];
    for await (const item of table.queryAll(byPrefix(sessionId, PREFIX.file))) {
      const record = item as FileRecord;
      if (record.status === "ready" && wanted.has(record.path)) found.push(record);
    }
    return found;
  }

  /** One page of files in the order of their paths; `after` is the last path of the page before. */
  async function list(sessionId: string, options: { folder?: string; limit: number; after?: string }) {
    const prefix = options.folder === undefined ? PREFIX.file : `${PREFIX.file}${options.folder}/`;
    const records: FileRecord[] = [];
    let after = options.after;
    do {
      const start = after === undefined ? {} : { ExclusiveStartKey: fileKey(sessionId, after) };
      const query = { ...byPrefix(sessionId, prefix), ...start, Limit: options.limit - records.length };
      const page = await table.queryPage(query);
      const seen = page.items as FileRecord[];
      records.push(...seen.filter((record) => record.status === "ready"));
      after = page.last === undefined ? undefined : seen.at(-1)?.path;
    } while (after !== undefined && records.length < options.limit);
    return { records, next: after };
  }

  /** Every file that waits for conversion, removed ones included. */
  async function listPending(sessionId: string): Promise<FileRecord[]> {
    const pending: FileRecord[] = [];
    for await (const item of table.queryAll(byPrefix(sessionId, PREFIX.file))) {
      const record = item as FileRecord;
      if (["pending", "converting"].includes(record.conversion.state)) pending.push(record);
    }
    return pending;
  }

  /** Takes away an object that must not stay because its session ended while it was stored. */
  async function discard(sessionId: string, path: string): Promise<void> {
    await bucket.remove(fileObjectKey(sessionId, path));
    await table.remove(fileKey(sessionId, path));
  }

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

  return {
    put,
    putText,
    adopt,
    find,
    findMany,
    list,
    listPending,
    ...createFileRemoval(bucket, table),
    discard,
    noteEntry,
    noteConversion,
    adoptObject,
    dropRecord,
  };
}

export type FileStore = ReturnType<typeof createFileStore>;

function byPrefix(sessionId: string, prefix: string) {
  return {
    KeyConditionExpression: "pk = :pk AND begins_with(sk, :prefix)",
    ExpressionAttributeValues: { ":pk": sessionPartition(sessionId), ":prefix": prefix },
    ConsistentRead: true,
  };
}

function onlyOver(seen: FileRecord | undefined) {
  if (seen === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  return { ConditionExpression: "revision = :seen", ExpressionAttributeValues: { ":seen": seen.revision } };
}

function deltaOf(record: FileRecord, before: FileRecord | undefined): FileDelta {
  const wasThere = before?.status === "ready";
  const bytes = record.size_bytes - (wasThere ? before.size_bytes : 0);
  return { folder: record.folder, files: wasThere ? 0 : 1, bytes };
}

/** Counts and hashes what flows through. */
function createMeter() {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      done(null, chunk);
    },
  });
  return { stream, result: () => ({ sizeBytes, sha256: hash.digest("hex") }) };
}
