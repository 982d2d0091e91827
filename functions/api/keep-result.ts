import { randomBytes } from "node:crypto";
import { fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { Actor } from "../../shared/contract/actor.ts";
import type { ResultFile, ResultFormat } from "../../shared/contract/functions.ts";
import { AppError } from "../../shared/errors.ts";
import { type FilePath, joinFilePath } from "../../shared/files/file-names.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import type { Stored } from "../../shared/files/file-store.ts";
import { queryResultEvent } from "../../shared/history/events.ts";
import { assertFileSize } from "../../shared/sessions/room.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import { mediaTypeOf } from "./ask-query.ts";
import type { ApiDeps } from "./deps.ts";
import { noteOrDiscard } from "./intake.ts";

/** A result that arrived in the bucket, under a key that is no file's. */
export interface Arrived extends ResultFile {
  key: string;
  format: ResultFormat;
  rows: number;
  actor: Actor;
}

/**
 * Makes a file of `outputs/single` out of a result, in room that is claimed first; answers its record. What arrived is
 * taken away whatever comes of it.
 */
export async function keepResult(deps: ApiDeps, session: SessionRecord, arrived: Arrived): Promise<FileRecord> {
  const path = joinFilePath("outputs/single", nameOf(arrived.format, deps.clock.now()));
  try {
    assertFileSize(path.path, arrived.size_bytes, deps.quota.limits);
    const reserved = { bytes: arrived.size_bytes, files: 1 };
    await deps.quota.reserve(session, reserved);
    const { record, delta } = await store(deps, session, path, arrived).catch(async (error: unknown) => {
      await deps.quota.release(session, reserved);
      throw error;
    });
    await noteOrDiscard(deps, session, { records: [record], deltas: [delta], reserved });
    await deps.history.append(session.session_id, queryResultEvent(record, arrived.rows));
    return record;
  } finally {
    // The sweep takes away what a failure leaves here.
    await deps.bucket.remove(arrived.key).catch((error) => deps.log.warn("Result not removed", { error }));
  }
}

async function store(deps: ApiDeps, { session_id }: SessionRecord, path: FilePath, arrived: Arrived): Promise<Stored> {
  const { key, size_bytes: sizeBytes, sha256, format, actor } = arrived;
  const object = await deps.bucket.find(key);
  if (object?.sizeBytes !== sizeBytes) {
    throw new AppError("unavailable", `Cannot store "${path.path}": the result did not arrive whole`);
  }
  const contentType = mediaTypeOf(format);
  const target = fileObjectKey(session_id, path.path);
  const etag = await deps.bucket.copy({ key, etag: object.etag }, target, { contentType, ifMatch: null });
  if (etag === undefined) throw new AppError("unavailable", `Cannot store "${path.path}": the result went away`);
  const about = { conversion: { state: "none" as const, tables: [] }, uploadedBy: actor };
  return deps.files.settle(session_id, path, { ...about, etag, sizeBytes, sha256, contentType });
}

/** `query_20261121_093000_k3w5x2mz.csv`: sorted by time, and nobody else's. */
function nameOf(format: ResultFormat, now: Date): string {
  const time = now.toISOString().slice(0, 19).replace("T", "_").replaceAll(/[-:]/g, "");
  return `query_${time}_${randomBytes(4).toString("hex")}.${format}`;
}
