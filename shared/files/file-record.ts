/**
 * A file at rest: its object `sessions/<id>/<folder>/<name>` and its item `SESSION#<id>` / `FILE#<folder>/<name>`.
 * `status: removed` is a file whose tables are still in the database; nobody sees it, and the next conversion takes
 * tables and item away.
 */
import { parseSessionPartition } from "../aws/item-keys.ts";
import type { Item } from "../aws/table.ts";
import type { Actor } from "../contract/actor.ts";
import type { ConversionSettings } from "../contract/conversion.ts";
import type { DocumentHead } from "../contract/document.ts";
import type { File, Folder } from "../contract/file.ts";
import { fileHref } from "../contract/file-address.ts";
import type { FileReport } from "../tables/report.ts";

export interface FileRecord extends Item {
  path: string;
  folder: Folder;
  name: string;
  status: "ready" | "removed";
  size_bytes: number;
  content_type: string;
  etag: string;
  sha256?: string;
  created_at: string;
  modified_at: string;
  uploaded_by: Actor;
  /** Grows with every store of the file; what lets two writers of one name agree on who was last. */
  revision: number;
  conversion: File["conversion"];
  report?: FileReport;
  /** How to read it where somebody said so; stays when the content is replaced, and goes with the file. */
  settings?: ConversionSettings[];
  /** The content that its tables were made from. */
  converted_etag?: string;
  /** The direct upload that this content came by, and what it changed in the counts. */
  arrival?: { upload_id: string; delta: FileDelta };
  /** Of research documents only: what lists say of them. */
  document?: DocumentHead;
  /** Conversions that began to read this content, alone, and of which nobody told the end. */
  conversion_trials?: number;
  /** The call that stored it, where that may come again and has no name to know it by. */
  call_id?: string;
  /** The history entry that tells of the conversion under way, so that one tried again after a crash tells it once. */
  conversion_entry?: string;
}

/** How many files and bytes a change added to a folder. */
export interface FileDelta {
  folder: Folder;
  files: number;
  bytes: number;
}

/** The record as clients see it. */
export function toFile(record: FileRecord): File {
  const href = fileHref(parseSessionPartition(record.pk) ?? "", record.path);
  return { ...record, status: "ready", href };
}
