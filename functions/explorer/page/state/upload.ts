import { type Signal, signal } from "@preact/signals";
import type { CubbyFile } from "../rules/folders.ts";
import { createMeter, type Meter } from "../rules/rate.ts";
import { type JournalEntry, writeJournal } from "./upload-journal.ts";

export type UploadState =
  | { kind: "waiting" }
  | { kind: "sending" }
  | { kind: "finishing" }
  | { kind: "paused" }
  | { kind: "offline" }
  /** After a reload in a browser that could not keep the file. */
  | { kind: "needs_file" }
  | { kind: "failed"; problem: string }
  | { kind: "done"; files: readonly CubbyFile[]; note?: string };

/** One file on its way, as the page shows it. */
export interface Upload {
  id: string;
  session_id: string;
  folder: string;
  name: string;
  size: number;
  lastModified: number;
  file: File | undefined;
  state: Signal<UploadState>;
  /** Bytes on the other side, or on their way there. */
  sent: Signal<number>;
  /** Bytes of what is there for good. */
  arrived: number;
  meter: Meter;
  uploadId: string | undefined;
  controller: AbortController | undefined;
}

/** Notes the upload where a reload finds it. */
export function journal(upload: Upload): Promise<void> {
  const { id, session_id, folder, name, size, lastModified, uploadId, file } = upload;
  return writeJournal({
    ...{ id, session_id, folder, name, size, last_modified: lastModified },
    ...(uploadId !== undefined && { upload_id: uploadId }),
    ...(file !== undefined && { file }),
  });
}

/** An upload that has sent nothing yet, as far as this tab knows. */
export function toUpload({ id, session_id, folder, name, size, last_modified, upload_id, file }: JournalEntry): Upload {
  return {
    ...{ id, session_id, folder, name, size, file },
    lastModified: last_modified,
    uploadId: upload_id,
    state: signal<UploadState>(file === undefined ? { kind: "needs_file" } : { kind: "waiting" }),
    sent: signal(0),
    arrived: 0,
    meter: createMeter(),
    controller: undefined,
  };
}
