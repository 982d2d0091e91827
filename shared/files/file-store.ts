import type { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { Bucket, PutCondition } from "../aws/bucket.ts";
import { fileKey, sessionKey } from "../aws/item-keys.ts";
import { fileObjectKey } from "../aws/object-keys.ts";
import type { Table } from "../aws/table.ts";
import type { Clock } from "../clock.ts";
import { AppError, isAppError } from "../errors.ts";
import { sha256Hex } from "../ids.ts";
import { createConversionNotes } from "./conversion-notes.ts";
import type { FilePath } from "./file-names.ts";
import { createFileReading } from "./file-reading.ts";
import type { FileDelta, FileRecord } from "./file-record.ts";
import { createFileRemoval } from "./file-removal.ts";
import { findOrphan } from "./find-orphan.ts";
import { hideFile } from "./hide-file.ts";
import { detectMediaType, HEAD_BYTES } from "./look-at.ts";
import { typeByName } from "./media-type.ts";
import { createMeter } from "./meter.ts";
import { peek } from "./peek.ts";
import { deltaOf, type Measured, toFileRecord, type Upload } from "./to-file-record.ts";

export interface Stored {
  record: FileRecord;
  delta: FileDelta;
}

/** Writers of one name that overtake each other settle in two rounds; more means something else is wrong. */
const MAX_ROUNDS = 10;

export function createFileStore(bucket: Bucket, table: Table, clock: Clock) {
  const reading = createFileReading(table);

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

  /**
   * Stores a whole content at once, on a condition on what is there; undefined when that did not hold. The bucket
   * decides, so of several at once one finds what all had seen.
   */
  async function putIf(
    sessionId: string,
    path: FilePath,
    content: string | Uint8Array,
    { condition, ...about }: Upload & { condition: PutCondition },
  ): Promise<Stored | undefined> {
    const body = typeof content === "string" ? Buffer.from(content) : content;
    const head = body.subarray(0, HEAD_BYTES);
    const contentType = await detectMediaType(path.name, head, head.byteLength === body.byteLength);
    const key = fileObjectKey(sessionId, path.path);
    const put = (over: PutCondition) => bucket.putIf(key, body, { contentType, condition: over, callId: about.callId });
    let etag = await put(condition);
    if (etag === undefined && condition === "absent") {
      const orphan = await findOrphan({ bucket, table, clock }, sessionId, path.path);
      if (orphan !== undefined) etag = await put({ etag: orphan });
    }
    if (etag === undefined) return undefined;
    const measured = { etag, sizeBytes: body.byteLength, sha256: sha256Hex(body) };
    return settle(sessionId, path, { ...measured, contentType, ...about });
  }

  /**
   * Writes the record of an object that did not pass through here, as after a direct upload; the same again when its record stands already,
   * with what it changed in the counts then.
   */
  async function adopt(sessionId: string, path: FilePath, object: Measured & Upload): Promise<Stored> {
    const seen = await reading.find(sessionId, path.path);
    if (seen?.arrival !== undefined && seen.arrival.upload_id === object.uploadId)
      return { record: seen, delta: seen.arrival.delta };
    return settle(sessionId, path, { ...object, contentType: await typeOf(sessionId, path, object) });
  }

  /** The same content, and its settings, under a free name; throws when it is taken, undefined when the content is gone. */
  async function copy(
    sessionId: string,
    from: FileRecord,
    path: FilePath,
    about: Pick<Upload, "conversion" | "uploadedBy" | "callId">,
  ): Promise<Stored | undefined> {
    const { size_bytes: sizeBytes, sha256, settings, document } = from;
    const source = { key: fileObjectKey(sessionId, from.path), etag: from.etag };
    const target = fileObjectKey(sessionId, path.path);
    const options = { contentType: typeByName(path.name), callId: about.callId };
    const etag = await bucket.copy(source, target, { ...options, ifMatch: null }).catch(async (error: unknown) => {
      const isTaken = isAppError(error, "precondition_failed");
      const orphan = isTaken ? await findOrphan({ bucket, table, clock }, sessionId, path.path) : undefined;
      if (orphan === undefined) throw error;
      return bucket.copy(source, target, { ...options, ifMatch: orphan });
    });
    if (etag === undefined) return undefined;
    const measured = { etag, sizeBytes, ...(sha256 !== undefined && { sha256 }) };
    const kept = { ...(settings !== undefined && { settings }), ...(document !== undefined && { document }) };
    const contentType = await typeOf(sessionId, path, measured);
    return settle(sessionId, path, { ...measured, ...kept, ...about, contentType });
  }

  /** Of an object that did not pass through here: by its first bytes, as of all others. */
  async function typeOf(sessionId: string, { name, path }: FilePath, { etag, sizeBytes }: Measured): Promise<string> {
    if (sizeBytes === 0) return typeByName(name); // of nothing, S3 gives no range
    const object = await bucket.read(fileObjectKey(sessionId, path), { etag, firstBytes: HEAD_BYTES });
    if (object === undefined) return typeByName(name);
    return detectMediaType(name, await buffer(object.body), sizeBytes <= HEAD_BYTES);
  }

  /**
   * Writes the record of an object that is in its place, whatever put it there.
   *
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
      const record = toFileRecord(sessionId, path, { mine, measured, seen, now: clock.now() });
      if (await table.put(record, onlyOver(seen))) {
        await confirm(sessionId, record);
        return { record, delta: deltaOf(record, seen) };
      }
      seen = (await table.find(fileKey(sessionId, path.path))) as FileRecord | undefined;
      const object = await bucket.find(fileObjectKey(sessionId, path.path));
      if (object === undefined) throw deletedMeanwhile(path.path);
      measured = object.etag === mine.etag ? mine : { etag: object.etag, sizeBytes: object.sizeBytes };
    }
    throw new AppError("conflict", `Cannot store "${path.path}": others keep replacing it`);
  }

  /**
   * Who deletes a file deletes the version that he saw, and the same bytes are the same version: they may have gone
   * with it between our object and our record. Where the record is not ours any more, whoever changed it saw it, and
   * counts on its being counted.
   */
  async function confirm(sessionId: string, record: FileRecord): Promise<void> {
    if ((await bucket.find(fileObjectKey(sessionId, record.path))) !== undefined) return;
    const hidden = await hideFile(table, record);
    if (hidden === undefined) return;
    if (hidden.marked !== undefined && !(await isSessionThere(sessionId))) await table.remove(record);
    throw deletedMeanwhile(record.path);
  }

  /**
   * Whether anybody will come for a record that says its file is removed. Asked behind that record: a session that is
   * there now looks for its records when it ends.
   */
  async function isSessionThere(sessionId: string): Promise<boolean> {
    const session = await table.find(sessionKey(sessionId));
    return session?.due_shard !== undefined && session.status !== "deleting";
  }

  /** Takes away an object that must not stay because its session ended while it was stored. */
  async function discard(sessionId: string, path: string): Promise<void> {
    await bucket.remove(fileObjectKey(sessionId, path));
    await table.remove(fileKey(sessionId, path));
  }

  return {
    put,
    settle,
    copy,
    putIf,
    adopt,
    discard,
    ...reading,
    ...createFileRemoval(bucket, table),
    ...createConversionNotes(table),
  };
}

export type FileStore = ReturnType<typeof createFileStore>;

function deletedMeanwhile(path: string): AppError {
  return new AppError("conflict", `Cannot store "${path}": it was deleted meanwhile`);
}

function onlyOver(seen: FileRecord | undefined) {
  if (seen === undefined) return { ConditionExpression: "attribute_not_exists(pk)" };
  return { ConditionExpression: "revision = :seen", ExpressionAttributeValues: { ":seen": seen.revision } };
}
