import { createHash } from "node:crypto";
import { AppError } from "../../errors.ts";

/** One file as it shall stand in the archive. */
export interface ArchiveEntry {
  /** `folder/name`: its name in the ZIP as well. */
  path: string;
  /** The object that holds its bytes. */
  key: string;
  etag: string;
  /** The object never changes under its key, so no ETag has to be compared. */
  is_immutable?: boolean;
  size_bytes: number;
  content_type: string;
  modified_at: string;
}

/** Everything a worker needs: what was asked for, as it was at that moment. */
export interface ArchivePlan {
  entries: ArchiveEntry[];
}

/** Grows when the same files would make another ZIP. */
const FORMAT_VERSION = 1;

/** The plan in its one order: by path, in code units, so that the same files make the same archive. */
export function planArchive(entries: readonly ArchiveEntry[]): ArchivePlan {
  return { entries: [...entries].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)) };
}

/** What is in the archive, as one word: the same files at the same versions have the same one, in whatever order. */
export function contentTag({ entries }: ArchivePlan): string {
  const sorted = planArchive(entries).entries;
  const content = sorted.map(({ path, etag, size_bytes }) => [path, etag, size_bytes]);
  return createHash("sha256")
    .update(JSON.stringify([FORMAT_VERSION, content]))
    .digest("hex");
}

/** 128 bits of the content tag: an archive that exists under its id is the one that was asked for. */
export function archiveIdOf(plan: ArchivePlan): string {
  return `archive_${contentTag(plan).slice(0, 32)}`;
}

const archiveIdPattern = /^archive_[0-9a-f]{32}$/;

export function isArchiveId(text: string): boolean {
  return archiveIdPattern.test(text);
}

export function totalBytes({ entries }: ArchivePlan): number {
  return entries.reduce((sum, entry) => sum + entry.size_bytes, 0);
}

const MIB = 1024 * 1024;
/** S3 takes 10,000 parts; the names and what DEFLATE may add stay within the rest. */
const MAX_PARTS = 9000;
const MIN_PART_BYTES = 5 * MIB;

/** As small as 10,000 parts allow, for each part under way is held in memory. */
export function partBytesFor(plan: ArchivePlan): number {
  return Math.max(MIN_PART_BYTES, Math.ceil(totalBytes(plan) / MAX_PARTS / MIB) * MIB);
}

/** The failure of a whole archive for the sake of one file. */
export function archiveFailed(path: string, state: string, cause?: unknown): AppError {
  return new AppError("archive_failed", `Cannot archive "${path}": ${state}`, { cause, details: { path } });
}
