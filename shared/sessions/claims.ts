/** How updates of a session's item move what is claimed of its room. Pure. */
import { countFiles, type Room } from "./room.ts";
import type { SessionRecord } from "./session-record.ts";

/** Moves what is claimed; records of older versions have no figure of it yet. */
export const MOVE_CLAIMS = [
  "claimed_bytes = if_not_exists(claimed_bytes, total_size_bytes) + :claimed_bytes",
  "claimed_files = if_not_exists(claimed_files, :seen_files) + :claimed_files",
];

export function claimValues(record: SessionRecord, { bytes, files }: Room) {
  return { ":claimed_bytes": bytes, ":claimed_files": files, ":seen_files": countFiles(record) };
}

/** Holds while the update was not made yet for this upload: counting twice would never be noticed. */
export function unlessSettled(uploadId: string) {
  return {
    condition: "(attribute_not_exists(settled_uploads) OR NOT contains(settled_uploads, :upload))",
    add: "ADD settled_uploads :uploads",
    values: { ":upload": uploadId, ":uploads": new Set([uploadId]) },
  };
}
