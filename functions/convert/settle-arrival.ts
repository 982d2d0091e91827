import { parseUploadingKey } from "../../shared/aws/object-keys.ts";
import { removeLeftovers } from "../../shared/sweeping/remove-leftovers.ts";
import { tryToComplete } from "../../shared/uploading/attend-uploads.ts";
import type { ConvertDeps } from "./drain.ts";

/**
 * A form put its object into the bucket: finishes the upload, should its client never come back. What arrives for no
 * upload that waits for it (a form sent again, after the end or after an abort) goes at once.
 */
export async function settleArrival(deps: ConvertDeps, key: string): Promise<void> {
  const place = parseUploadingKey(key);
  if (place === undefined) return;
  const { sessionId, uploadId } = place;
  const session = await deps.sessions.findLive(sessionId);
  const upload = session === undefined ? undefined : await deps.uploads.find(sessionId, uploadId);
  if (session !== undefined && (upload?.state === "open" || upload?.state === "completing")) {
    // Whoever completed it may have died before he took this away.
    if (await tryToComplete(deps, session, upload)) await deps.bucket.remove(key);
    return;
  }
  if (upload?.state === "new") return; // nobody has its form yet; the sweep finds out
  await deps.bucket.remove(key);
  if (session === undefined) await removeLeftovers(deps, sessionId);
}
