import type { UploadRecord } from "../files/uploads/upload-record.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import type { UploadingDeps } from "./uploading-deps.ts";

/**
 * Gives an upload up: from the first step on nobody completes it; then what came goes, then its room, its item last.
 * False when somebody completes it just now, or has. When somebody else gives it up just now, that is left to him.
 */
export async function abortUpload(deps: UploadingDeps, session: SessionRecord, upload: UploadRecord): Promise<boolean> {
  let seen: UploadRecord | undefined = upload;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const aborting = await deps.uploads.startAbort(seen);
    if (aborting !== undefined) return takeAway(deps, session, aborting);
    seen = await deps.uploads.find(session.session_id, upload.upload_id);
    if (seen === undefined || seen.state === "aborting") return true;
    if (seen.state === "completing" || seen.state === "done") return false;
  }
  return false;
}

/** Between two looks an upload moves on at most from `new` to `open`. */
const MAX_ROUNDS = 3;

async function takeAway(deps: UploadingDeps, session: SessionRecord, aborting: UploadRecord): Promise<true> {
  const { object_key: key, s3_upload_id: uploadId, upload_id } = aborting;
  if (aborting.kind === "post") await deps.bucket.remove(key);
  else if (uploadId !== undefined) await deps.bucket.abortUpload({ key, uploadId });
  // Whether one that died while it was being opened had claimed its room is found out by counting.
  if (aborting.never_opened !== true) await deps.quota.release(session, aborting.reserved, upload_id);
  await deps.uploads.remove(aborting);
  await deps.quota.forget(session, upload_id);
  return true;
}
