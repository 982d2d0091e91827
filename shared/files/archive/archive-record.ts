/**
 * An archive at rest: the item `SESSION#<id>` / `ARCHIVE#<archive_id>`, beside the object `archives/<archive_id>.zip`
 * once it is ready and `archives/<archive_id>.<attempt>.json` (what shall go in) while it is being built. The id is
 * made from the content, so whoever asks for the same files finds the same archive.
 *
 * A worker holds the archive for half a minute at a time. One that died loses it: the archive then counts as failed,
 * and whoever asks next begins a new attempt. Two workers that both believe to hold it write the same bytes.
 */
import type { Item } from "../../aws/table.ts";
import type { Archive } from "../../contract/archive.ts";

export interface ArchiveRecord extends Item {
  archive_id: string;
  state: Archive["state"];
  /** Names one attempt: a worker of another one may change nothing. */
  attempt: string;
  files_total: number;
  bytes_total: number;
  files_done: number;
  bytes_done: number;
  size_bytes?: number;
  problem?: { code: string; detail: string; path?: string };
  lease_expires_at: string;
  /** From here on nobody is sent to the object any more; the sweep removes it an hour later. */
  reusable_until: string;
  ttl: number;
}

/** True while somebody works on it, or may be about to. */
export function isBeingBuilt(record: ArchiveRecord, now: Date): boolean {
  return record.state === "building" && Date.parse(record.lease_expires_at) > now.getTime();
}

/** True when its object may be handed out; whether it is still there is for the bucket to say. */
export function isReusable(record: ArchiveRecord, now: Date): boolean {
  return record.state === "ready" && Date.parse(record.reusable_until) > now.getTime();
}

/** The record as clients see it; without a URL, which is made for each answer. */
export function toArchive(record: ArchiveRecord, now: Date): Archive {
  const { archive_id, files_total, bytes_total, files_done, bytes_done, size_bytes } = record;
  const counts = { archive_id, files: files_total, files_done, files_total, bytes_done, bytes_total };
  const isDead = record.state === "building" && !isBeingBuilt(record, now);
  if (isDead || record.state === "failed") {
    return { ...counts, state: "failed", problem: record.problem ?? stopped(archive_id) };
  }
  return { ...counts, state: record.state, ...(size_bytes === undefined ? {} : { size_bytes }) };
}

function stopped(archiveId: string) {
  return { code: "archive_failed", detail: `Cannot finish "${archiveId}": its worker stopped; ask for it again` };
}
