import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileObjectKey } from "../../shared/aws/object-keys.ts";
import type { FileRecord } from "../../shared/files/file-record.ts";
import { failedEvent } from "../../shared/history/events.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { SourceFile } from "../../shared/tables/build-database.ts";
import type { ConvertDeps } from "./drain.ts";
import { tellOnce } from "./tell-once.ts";

/** A file whose bytes are here, and belong to the record. */
export interface Fetched {
  record: FileRecord;
  source: SourceFile;
}

/** The files as they are in the bucket, on this machine. One that is just being replaced is left for the next round. */
export async function fetchFiles(
  deps: ConvertDeps,
  session: SessionRecord,
  pending: readonly FileRecord[],
  directory: string,
): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (const [index, record] of pending.entries()) {
    if (record.status === "removed") continue;
    const object = await deps.bucket.read(fileObjectKey(session.session_id, record.path));
    if (object === undefined) {
      await noteMissing(deps, session.session_id, record);
      continue;
    }
    const localPath = join(directory, `source-${index}`);
    await pipeline(object.body, createWriteStream(localPath));
    const { size } = await stat(localPath);
    if (object.etag === record.etag) {
      const { path, settings = [] } = record;
      const isUnchanged = record.converted_etag === record.etag;
      fetched.push({ record, source: { path, localPath, sizeBytes: size, settings, isUnchanged } });
      continue;
    }
    // Somebody is replacing the file, or died doing so: the record follows the object, and the next round takes it.
    if (await deps.files.adoptObject(record, { etag: object.etag, sizeBytes: size }, deps.clock.now())) {
      const delta = { folder: record.folder, files: 0, bytes: size - record.size_bytes };
      await deps.sessions.noteFiles(session, [delta], { convert: false });
    }
  }
  return fetched;
}

async function noteMissing(deps: ConvertDeps, sessionId: string, record: FileRecord): Promise<void> {
  const reason = { code: "internal", detail: "The file's bytes are not in the bucket any more" };
  if (!(await tellOnce(deps, sessionId, record, failedEvent(record.path, reason.detail)))) return;
  await deps.files.noteConversion(record, { conversion: { state: "failed", tables: [], reason } });
}
