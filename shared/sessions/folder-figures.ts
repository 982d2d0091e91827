/** A session's figures, counted from its files. Pure. */
import type { FileRecord } from "../files/file-record.ts";
import type { SessionRecord } from "./session-record.ts";

export interface Figures {
  file_counts: Record<string, number>;
  folder_bytes: Record<string, number>;
  total_size_bytes: number;
}

export type CountedFile = Pick<FileRecord, "folder" | "size_bytes">;

/** What these files come to, by folder and together. */
export function figuresOf(files: Iterable<CountedFile>): Figures {
  const figures: Figures = { file_counts: {}, folder_bytes: {}, total_size_bytes: 0 };
  for (const { folder, size_bytes } of files) {
    figures.file_counts[folder] = (figures.file_counts[folder] ?? 0) + 1;
    figures.folder_bytes[folder] = (figures.folder_bytes[folder] ?? 0) + size_bytes;
    figures.total_size_bytes += size_bytes;
  }
  return figures;
}

/** Whether the record says the same; what a record of an older version does not say is not held against it. */
export function saysSame(record: SessionRecord, counted: Figures): boolean {
  const { file_counts, folder_bytes = counted.folder_bytes, total_size_bytes } = record;
  return (
    isSameByFolder(counted.file_counts, file_counts) &&
    isSameByFolder(counted.folder_bytes, folder_bytes) &&
    counted.total_size_bytes === total_size_bytes
  );
}

/** A folder that was emptied stands with 0 in the one, and not at all in the other. */
function isSameByFolder(one: Record<string, number>, other: Record<string, number>): boolean {
  const folders = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...folders].every((name) => (one[name] ?? 0) === (other[name] ?? 0));
}
