import type { UploadRecord } from "../files/uploads/upload-record.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import type { UploadingDeps } from "./uploading-deps.ts";

/**
 * Gives an upload up: from the first step on nobody completes it; then what came goes, then its room, its item last.
 * False when somebody completes it just now, or has.
 */
export async function abortUpload(deps: UploadingDeps, session: SessionRecord, upload: UploadRecord): Promise<boolean> {
  const wasOpening = upload.state === "new";
  const aborting = await deps.uploads.startAbort(upload);
  if (aborting === undefined) return false;
  const { object_key: key, s3_upload_id: uploadId, upload_id } = aborting;
  if (aborting.kind === "post") await deps.bucket.remove(key);
  else if (uploadId !== undefined) await deps.bucket.abortUpload({ key, uploadId });
  // Whether one that died while it was being opened had claimed its room is found out by counting.
  if (!wasOpening) await deps.quota.release(session, aborting.reserved, upload_id);
  await deps.uploads.remove(aborting);
  await deps.quota.forget(session, upload_id);
  return true;
}
