/**
 * What uploads need that nobody takes care of: those that are whole are finished, those that died half-way are brought
 * to their end, those without a sign of life for a day are given up. Safe to repeat, and safe beside anybody else.
 */
import { toTimestamp } from "../clock.ts";
import { isAppError } from "../errors.ts";
import type { UploadRecord } from "../files/uploads/upload-record.ts";
import type { Log } from "../log.ts";
import type { SessionRecord } from "../sessions/session-record.ts";
import { abortUpload } from "./abort-upload.ts";
import { completeUpload } from "./complete-upload.ts";
import { setUploadAlarm } from "./upload-alarm.ts";
import type { UploadingDeps } from "./uploading-deps.ts";

/** How many uploads came to which end. */
export interface Attended {
  completed: number;
  aborted: number;
}

type Deps = UploadingDeps & { log: Log };

/** Attends to all uploads of a session and sets its alarm to the next one. */
export async function attendUploads(deps: Deps, sessionId: string): Promise<Attended> {
  const attended: Attended = { completed: 0, aborted: 0 };
  const session = await deps.sessions.findLive(sessionId);
  if (session === undefined) return attended; // whatever is there goes with it
  const known = new Set<string>();
  for await (const upload of deps.uploads.each(sessionId)) {
    known.add(upload.upload_id);
    await attend(deps, session, upload, attended);
  }
  await forgetUnknown(deps, session, known);
  const now = (await deps.sessions.findLive(sessionId)) ?? session;
  await setAlarm(deps, await deps.quota.recount(now));
  return attended;
}

/**
 * Sets the alarm to the next upload. They are looked at again behind the session's item as it was seen: one that was
 * opened before that is among them, and one that is opened later changes the item.
 */
async function setAlarm(deps: Deps, seen: SessionRecord): Promise<void> {
  let next: string | undefined;
  for await (const upload of deps.uploads.each(seen.session_id)) {
    const at = nextLookAt(upload);
    if (next === undefined || at < next) next = at;
  }
  await setUploadAlarm(deps, seen, next);
}

/** When somebody has to look at it: its holder may have died, its client may have gone, its item may have had its day. */
function nextLookAt({ state, lease_expires_at, expires_at }: UploadRecord): string {
  const isHeld = state === "completing" || state === "aborting";
  return isHeld && lease_expires_at !== undefined ? lease_expires_at : expires_at;
}

/** Notes of uploads that are no more: whoever gave one up died before he took the note away, and it says nothing now. */
async function forgetUnknown({ quota }: Deps, session: SessionRecord, known: ReadonlySet<string>): Promise<void> {
  for (const uploadId of session.settled_uploads ?? []) {
    if (!known.has(uploadId)) await quota.forget(session, uploadId);
  }
}

async function attend(deps: Deps, session: SessionRecord, upload: UploadRecord, attended: Attended): Promise<void> {
  const now = toTimestamp(deps.clock.now());
  if (upload.state === "done") return tidyUp(deps, session, upload, now);
  const isHeld = upload.state === "completing" || upload.state === "aborting";
  if (isHeld && (upload.lease_expires_at ?? "") > now) return;
  if ((await isWhole(deps, upload)) && (await tryToComplete(deps, session, upload))) {
    attended.completed++;
    return;
  }
  if (upload.state !== "aborting" && upload.expires_at > now) return;
  // One that failed to complete is open again.
  const latest = await deps.uploads.find(session.session_id, upload.upload_id);
  if (latest !== undefined && (await abortUpload(deps, session, latest))) attended.aborted++;
}

/** What is left where somebody died right behind the end; the item itself goes when nobody asks for it any more. */
async function tidyUp(
  { bucket, quota, uploads }: Deps,
  session: SessionRecord,
  upload: UploadRecord,
  now: string,
): Promise<void> {
  if (session.settled_uploads?.has(upload.upload_id) === true) await quota.forget(session, upload.upload_id);
  if (upload.expires_at > now) return;
  if (upload.kind === "post") await bucket.remove(upload.object_key);
  await uploads.remove(upload);
}

/** A form's object comes as a whole or not at all. Parts are whole when their client says so, or had begun to. */
async function isWhole({ bucket }: Deps, { state, kind, object_key }: UploadRecord): Promise<boolean> {
  if (state === "completing") return true;
  return state === "open" && kind === "post" && (await bucket.find(object_key)) !== undefined;
}

/** Completes it; false, with a line in the log, when it must not be. */
export async function tryToComplete(deps: Deps, session: SessionRecord, upload: UploadRecord): Promise<boolean> {
  try {
    await completeUpload(deps, session, upload, { patienceMs: PATIENCE_MS });
    return true;
  } catch (error) {
    if (!isAppError(error) || error.code === "upload_busy") throw error;
    const { upload_id } = upload;
    // The code alone: what the sentence says names the file.
    deps.log.info("Upload not completed", { session_id: session.session_id, upload_id, code: error.code });
    return false;
  }
}

/** Longer than a lease: after it somebody has completed the upload, or it can be taken over. */
const PATIENCE_MS = 75_000;
