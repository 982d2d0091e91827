import { fileKey } from "../aws/item-keys.ts";
import { toTimestamp } from "../clock.ts";
import type { Actor } from "../contract/actor.ts";
import type { ConversionSettings } from "../contract/conversion.ts";
import type { DocumentHead } from "../contract/document.ts";
import type { Conversion } from "../contract/file.ts";
import { itemTtl } from "../lifetime.ts";
import type { FilePath } from "./file-names.ts";
import type { FileDelta, FileRecord } from "./file-record.ts";

/** An object, as far as its bytes say what it is. */
export interface Measured {
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
  /** The call that stores it, where that may come again and has no name to know it by. */
  callId?: string | undefined;
  /** How to read it, where another file's settings go with its content. */
  settings?: ConversionSettings[];
}

/** An object in its place, and what stood in its record until now. */
interface Arrival {
  mine: Upload & { contentType: string; etag: string };
  /** The object that is there: mine, or that of another writer. */
  measured: Measured;
  seen: FileRecord | undefined;
  now: Date;
}

/** The record of an object that is in its place, one revision above the one before. */
export function toFileRecord(
  sessionId: string,
  { folder, name, path }: FilePath,
  { mine, measured, seen, now }: Arrival,
): FileRecord {
  const at = toTimestamp(now);
  // Where the object is another writer's, his record may stand already, and knows more of it.
  const isMine = measured.etag === mine.etag;
  const document = isMine ? mine.document : seen?.document;
  const settings = mine.settings ?? (seen?.status === "ready" ? seen.settings : undefined);
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
    created_at: seen?.status === "ready" ? seen.created_at : at,
    modified_at: at,
    uploaded_by: isMine ? mine.uploadedBy : (seen?.uploaded_by ?? mine.uploadedBy),
    revision: (seen?.revision ?? 0) + 1,
    ...(document === undefined ? {} : { document }),
    ...(isMine && mine.callId !== undefined ? { call_id: mine.callId } : {}),
    // A new version of a file is read as the one before; one of the same name, after a deletion, is another file.
    ...(settings === undefined ? {} : { settings }),
    ...(seen?.converted_etag === undefined ? {} : { converted_etag: seen.converted_etag }),
    // The tables of the version before stay readable until the next publication.
    conversion: { ...mine.conversion, tables: seen?.conversion.tables ?? [] },
    ttl: itemTtl(now),
  };
  if (mine.uploadId === undefined) return record;
  return { ...record, arrival: { upload_id: mine.uploadId, delta: deltaOf(record, seen) } };
}

/** By how much a folder's figures change with this record in the place of the one before. */
export function deltaOf(record: FileRecord, before: FileRecord | undefined): FileDelta {
  const wasThere = before?.status === "ready";
  const bytes = record.size_bytes - (wasThere ? before.size_bytes : 0);
  return { folder: record.folder, files: wasThere ? 0 : 1, bytes };
}
