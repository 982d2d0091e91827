import { parseSessionObjectKey } from "../../shared/aws/object-keys.ts";
import { toTimestamp } from "../../shared/clock.ts";
import type { OpenUpload } from "../../shared/aws/open-uploads.ts";
import { isTombstone } from "../../shared/sessions/session-record.ts";
import { attempt, type Round } from "./sweep-deps.ts";

/** An upload may last a day; an hour more for clocks and for whoever is just completing it. */
const MAX_AGE_MS = 25 * 3600_000;

/** Aborts multipart uploads that nobody will complete, a few pages per sweep, from where the last one stopped. */
export async function abortStaleUploads(round: Round, pages: number): Promise<void> {
  const { deps, report, progress } = round;
  const alive = new Map<string, boolean>();
  for (let page = 0; page < pages && !round.isOver(); page++) {
    const { uploads, next } = await deps.bucket.listUploadPage("", progress.uploads_after);
    for (const upload of uploads) {
      await attempt(round, { key: upload.key }, async () => {
        if (!(await isStale(round, upload, alive))) return;
        if (await deps.bucket.abortUpload(upload)) report.uploads_aborted++;
      });
    }
    if (next === undefined) {
      delete progress.uploads_after;
      return;
    }
    progress.uploads_after = next;
  }
}

/** A client that came back on the second day has another one. */
async function isGoingOn({ deps }: Round, sessionId: string, s3UploadId: string): Promise<boolean> {
  const now = toTimestamp(deps.clock.now());
  for await (const { s3_upload_id, expires_at } of deps.uploads.each(sessionId)) {
    if (s3_upload_id === s3UploadId) return expires_at > now;
  }
  return false;
}

async function isStale(round: Round, upload: OpenUpload, alive: Map<string, boolean>): Promise<boolean> {
  const { deps } = round;
  const sessionId = parseSessionObjectKey(upload.key)?.sessionId;
  if (deps.clock.now().getTime() - upload.initiatedAt.getTime() > MAX_AGE_MS) {
    return sessionId === undefined || !(await isGoingOn(round, sessionId, upload.uploadId));
  }
  if (sessionId === undefined) return false;
  const known = alive.get(sessionId);
  if (known !== undefined) return !known;
  const stored = await deps.sessions.findStored(sessionId);
  const isAlive = stored !== undefined && !isTombstone(stored);
  alive.set(sessionId, isAlive);
  return !isAlive;
}
