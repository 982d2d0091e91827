/** The beginning of a direct upload: an item, room in the session, and where it comes in parts an upload of S3's. */
import { fileObjectKey, uploadingObjectKey } from "../aws/object-keys.ts";
import { toTimestamp } from "../clock.ts";
import type { Actor } from "../contract/actor.ts";
import type { CreateUploadRequest } from "../contract/upload.ts";
import type { FilePath } from "../files/file-names.ts";
import type { FileRecord } from "../files/file-record.ts";
import { typeByName } from "../files/media-type.ts";
import type { UploadRecord } from "../files/uploads/upload-record.ts";
import { kindOf, partSizeOf } from "../files/uploads/upload-rules.ts";
import { type UploadDraft, uploadExpiry } from "../files/uploads/upload-store.ts";
import { newUploadId } from "../ids.ts";
import { roomFor } from "../sessions/room.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import { ringForUploads } from "./upload-alarm.ts";
import type { UploadingDeps } from "./uploading-deps.ts";

/** What a client wants to send, and what it may replace. */
export interface UploadOrder {
  session: SessionRecord;
  path: FilePath;
  request: CreateUploadRequest;
  /** The file that is there now. */
  existing: FileRecord | undefined;
  /** What the file must still be at the end. */
  condition: Pick<UploadRecord, "if_match" | "if_none_match">;
  actor: Actor;
  /** The call that opens it, where that may come again. */
  callId?: string | undefined;
}

/**
 * Opens an upload; throws 507 when there is no room, 410 when the session is over.
 *
 * The order matters: the alarm comes first, so that somebody looks after what a dying run left; then the item, so that
 * what it had claimed is found by it.
 */
export async function openUpload(deps: UploadingDeps, order: UploadOrder): Promise<UploadRecord> {
  const { session } = order;
  const draft = toDraft(order, deps.clock.now());
  await ringForUploads(deps, session, draft.expires_at);
  const created = await deps.uploads.create(session.session_id, draft);
  try {
    await deps.quota.reserve(session, draft.reserved, draft.expires_at);
  } catch (error) {
    await deps.uploads.remove(created);
    throw error;
  }
  const s3UploadId = draft.kind === "post" ? undefined : await beginParts(deps, order.path, draft);
  const opened = await deps.uploads.open(created, s3UploadId);
  try {
    // It may have ended while S3 began the upload: whoever ended it did not find this one.
    await deps.sessions.current(session.session_id);
    if (opened === undefined) throw new Error(`Cannot open upload "${draft.upload_id}": its item is gone`);
    return opened;
  } catch (error) {
    if (s3UploadId !== undefined) await deps.bucket.abortUpload({ key: draft.object_key, uploadId: s3UploadId });
    await deps.uploads.remove(created);
    throw error;
  }
}

function beginParts(deps: UploadingDeps, { name }: FilePath, draft: UploadDraft): Promise<string> {
  const algorithm = draft.checksum_algorithm ?? "crc64nvme";
  return deps.bucket.createMultipart(draft.object_key, { contentType: typeByName(name), algorithm });
}

function toDraft(order: UploadOrder, now: Date): UploadDraft {
  const { session, path, request, existing, condition, actor, callId } = order;
  const uploadId = newUploadId();
  const kind = kindOf(request.size_bytes);
  const { session_id } = session;
  return {
    ...{ upload_id: uploadId, kind, path: path.path },
    ...{ size_bytes: request.size_bytes, content_type: request.content_type },
    object_key: kind === "post" ? uploadingObjectKey(session_id, uploadId) : fileObjectKey(session_id, path.path),
    ...{ created_at: toTimestamp(now), expires_at: uploadExpiry(now), created_by: actor },
    reserved: roomFor(request.size_bytes, existing),
    ...condition,
    ...(callId === undefined ? {} : { call_id: callId }),
    ...(request.sha256 === undefined ? {} : { sha256: request.sha256.toLowerCase() }),
    ...(kind === "post" ? {} : inParts(request)),
  };
}

function inParts({ size_bytes, checksum_algorithm = "crc64nvme" }: CreateUploadRequest) {
  return { part_size: partSizeOf(size_bytes), checksum_algorithm };
}
