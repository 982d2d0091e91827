/**
 * The end of a direct upload: bytes verified and made the file's object, then its record, the session's counts, the
 * history, and the upload's own item last. Whoever comes (the client, S3's event, the sweep's question) takes a lease,
 * so one does it; and each step can be done again, so the next one goes on where a dying one stopped.
 */
import { setTimeout as delay } from "node:timers/promises";
import { toTimestamp } from "../clock.ts";
import { type File, file as fileSchema } from "../contract/file.ts";
import type { CompleteUploadRequest } from "../contract/upload.ts";
import { AppError, isAppError } from "../errors.ts";
import { parseFilePath } from "../files/file-names.ts";
import { type FileRecord, toFile } from "../files/file-record.ts";
import type { UploadRecord } from "../files/uploads/upload-record.ts";
import type { ClaimedUpload } from "../files/uploads/upload-store.ts";
import { uploadedEvent } from "../history/events.ts";
import { newEntryId } from "../ids.ts";
import { covers, minus, roomFor } from "../sessions/room.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import { ringForUploads } from "./upload-alarm.ts";
import type { UploadingDeps } from "./uploading-deps.ts";
import { joinParts, moveForm, type Replaces } from "./verify-bytes.ts";

/** An upload that is done, and the file as it was then; absent when it was removed before a crash was made good. */
export interface CompletedUpload {
  upload: UploadRecord;
  file: File | undefined;
  /** False when it was completed before. */
  isNew: boolean;
}

const POLL_MS = 100;
/** When the sweep asks what became of a completion that takes S3 its time. */
const CHECK_MS = 2 * 60_000;

/**
 * Completes the upload, or answers what it became when somebody else did; waits for him as long as `patienceMs`.
 * Throws what is wrong with it, and it is then open again, or 409 `upload_busy`.
 */
export async function completeUpload(
  deps: UploadingDeps,
  session: SessionRecord,
  upload: UploadRecord,
  options: { proof?: CompleteUploadRequest; patienceMs: number },
): Promise<CompletedUpload> {
  const deadline = performance.now() + options.patienceMs;
  for (let seen: UploadRecord | undefined = upload; ; ) {
    if (seen === undefined || seen.state === "aborting" || seen.state === "new") throw uploadNotFound(upload.upload_id);
    if (seen.state === "done") return { upload: seen, file: seen.file, isNew: false };
    const claimed = await deps.uploads.claim(seen);
    if (claimed !== undefined) return finishOrLetGo(deps, session, claimed, options.proof ?? {});
    if (performance.now() > deadline) throw busy(upload);
    await delay(POLL_MS);
    seen = await deps.uploads.find(session.session_id, upload.upload_id);
  }
}

async function finishOrLetGo(
  deps: UploadingDeps,
  session: SessionRecord,
  claimed: ClaimedUpload,
  proof: CompleteUploadRequest,
): Promise<CompletedUpload> {
  try {
    return await finish(deps, session, claimed, proof);
  } catch (error) {
    // A problem of the upload's own leaves it as it was; after a fault whoever comes next finds out how far it came.
    if (isAppError(error) && claimed.hasObject !== true) await deps.uploads.reopen(claimed);
    else await deps.uploads.abandon(claimed);
    throw error;
  }
}

async function finish(
  deps: UploadingDeps,
  session: SessionRecord,
  claimed: ClaimedUpload,
  proof: CompleteUploadRequest,
): Promise<CompletedUpload> {
  const { upload_id, path } = claimed.upload;
  const current = await deps.sessions.current(session.session_id);
  const isCounted = current.settled_uploads?.has(upload_id) === true;
  const record = isCounted
    ? await deps.files.find(session.session_id, path)
    : await storeFile(deps, current, claimed, proof);
  const mine = record?.arrival?.upload_id === upload_id ? record : undefined;
  if (mine !== undefined) await tell(deps, session.session_id, claimed, mine);
  const file = mine === undefined ? undefined : fileSchema.parse(toFile(mine));
  const done = await deps.uploads.finish(claimed, file);
  if (claimed.upload.kind === "post") await deps.bucket.remove(claimed.upload.object_key);
  await deps.quota.forget(session, upload_id);
  return { upload: done ?? claimed.upload, file, isNew: true };
}

/** From verified bytes to a file that is listed and counted. */
async function storeFile(
  deps: UploadingDeps,
  session: SessionRecord,
  claimed: ClaimedUpload,
  proof: CompleteUploadRequest,
): Promise<FileRecord> {
  const path = parseFilePath(claimed.upload.path);
  const existing = await deps.files.find(session.session_id, path.path);
  const isStored = existing?.arrival?.upload_id === claimed.upload.upload_id;
  const object = isStored
    ? { etag: existing.etag, sizeBytes: existing.size_bytes }
    : await makeObject(deps, session, claimed, proof, existing);
  claimed.hasObject = true;
  const state = path.folder === "uploads" ? ("pending" as const) : ("none" as const);
  const { upload_id, created_by } = claimed.upload;
  const about = { conversion: { state, tables: [] }, uploadedBy: created_by, uploadId: upload_id };
  const stored = await deps.files.adopt(session.session_id, path, { ...object, ...about });
  const note = { convert: state === "pending", reserved: claimed.upload.reserved, settles: upload_id };
  try {
    await deps.sessions.noteFiles(session, [stored.delta], note);
  } catch (error) {
    const isOver = isAppError(error, "session_expired", "session_not_found");
    if (isOver) await deps.files.discard(session.session_id, path.path);
    throw error;
  }
  return stored.record;
}

async function makeObject(
  deps: UploadingDeps,
  session: SessionRecord,
  claimed: ClaimedUpload,
  proof: CompleteUploadRequest,
  existing: FileRecord | undefined,
) {
  const replaces = mayReplace(claimed.upload, existing);
  await topUp(deps, session, claimed, existing);
  if (claimed.upload.kind === "post") return moveForm(deps, session.session_id, claimed, replaces);
  const soon = new Date(deps.clock.now().getTime() + CHECK_MS);
  await ringForUploads(deps, session, toTimestamp(soon));
  return joinParts(deps, claimed, proof, replaces);
}

/** Throws 412 unless the file is still what the client wanted to replace; answers what S3 shall hold it to. */
function mayReplace({ path, if_match, if_none_match }: UploadRecord, existing: FileRecord | undefined): Replaces {
  if (if_none_match === true) {
    if (existing !== undefined) throw replaced(path, "it exists by now");
    return { ifMatch: null };
  }
  if (if_match === undefined) return {};
  if (existing === undefined) throw replaced(path, "it is gone");
  if (if_match !== "*" && !if_match.split(" ").includes(existing.etag))
    throw replaced(path, "it was replaced meanwhile");
  return { ifMatch: existing.etag };
}

/** Room was claimed for what the file adds to the one that was there; when that is gone it adds more. */
async function topUp(
  deps: UploadingDeps,
  session: SessionRecord,
  claimed: ClaimedUpload,
  existing: FileRecord | undefined,
): Promise<void> {
  const { upload } = claimed;
  const needed = roomFor(upload.size_bytes, existing);
  if (covers(upload.reserved, needed)) return;
  const { bytes, files } = minus(needed, upload.reserved);
  const more = { bytes: Math.max(0, bytes), files: Math.max(0, files) };
  await deps.quota.reserve(session, more);
  const reserved = { bytes: upload.reserved.bytes + more.bytes, files: upload.reserved.files + more.files };
  await deps.uploads.note(claimed, { reserved });
  upload.reserved = reserved;
}

/** Tells the history once; after a crash by a new id, because one from then would land behind its readers' backs. */
async function tell(deps: UploadingDeps, sessionId: string, claimed: ClaimedUpload, record: FileRecord): Promise<void> {
  let entryId = claimed.upload.entry_id;
  if (claimed.isResumed) {
    if (await deps.history.has(sessionId, entryId)) return;
    entryId = newEntryId(deps.clock.now());
    await deps.uploads.note(claimed, { entry_id: entryId });
  }
  await deps.history.append(sessionId, uploadedEvent(record), { entryId });
}

export function uploadNotFound(uploadId: string): AppError {
  return new AppError("upload_not_found", `Cannot find upload "${uploadId}" in this session`);
}

function busy({ upload_id }: UploadRecord): AppError {
  return new AppError("upload_busy", `Cannot answer yet for upload "${upload_id}": it is just being completed`);
}

function replaced(path: string, why: string): AppError {
  return new AppError("precondition_failed", `Cannot complete "${path}": ${why}`);
}
