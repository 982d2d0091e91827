import { computed, type Signal, signal } from "@preact/signals";
import { CubbyError } from "../../../../shared/client/index.ts";
import type { CubbyFile } from "../rules/folders.ts";
import { createMeter, type Meter } from "../rules/rate.ts";
import { explain } from "./explain.ts";
import { loadFiles, noteFile } from "./files.ts";
import { abandon, sendFile } from "./send-file.ts";
import { refreshSession, sessionId } from "./session.ts";
import { isOnline } from "./ticking.ts";
import { eraseJournal, readJournal, writeJournal } from "./upload-journal.ts";

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

export const uploads = signal<readonly Upload[]>([]);
export const uploadsUnderWay = computed(
  () => uploads.value.filter(({ state }) => ["waiting", "sending", "finishing"].includes(state.value.kind)).length,
);

/** Files at the same time; a large one sends its own parts beside each other. */
const AT_ONCE = 3;

export function addUploads(files: readonly { file: File; name: string }[], folder: string): void {
  const added = files.map(({ file, name }) =>
    toUpload({
      folder,
      name,
      file,
      size: file.size,
      last_modified: file.lastModified,
      session_id: sessionId.value,
      id: crypto.randomUUID(),
    }),
  );
  uploads.value = [...added, ...uploads.value];
  for (const upload of added) void journal(upload);
  startNext();
}

/** What a reload, or a closed tab, left unfinished. */
export async function resumeUploads(): Promise<void> {
  const known = new Set(uploads.value.map(({ id }) => id));
  const left = (await readJournal(sessionId.value)).filter(({ id }) => !known.has(id)).map(toUpload);
  uploads.value = [...uploads.value, ...left];
  startNext();
}

export function pauseUpload(upload: Upload): void {
  upload.state.value = { kind: "paused" };
  upload.controller?.abort();
}

export function continueUpload(upload: Upload): void {
  if (upload.file === undefined) return;
  upload.state.value = { kind: "waiting" };
  startNext();
}

/** Goes on with the file that was chosen again; false when it is another one. */
export function giveFile(upload: Upload, file: File): boolean {
  if (file.size !== upload.size) return false;
  upload.file = file;
  continueUpload(upload);
  return true;
}

/** Ends the upload, and frees what the storage has of it. */
export async function cancelUpload(upload: Upload): Promise<void> {
  upload.controller?.abort(CANCELLED);
  forget(upload);
  await eraseJournal(upload.id);
  await abandon(upload);
}

export function clearFinished(): void {
  uploads.value = uploads.value.filter(({ state }) => state.value.kind !== "done");
}

/** With the session its uploads are gone too. */
export function forgetUploads(): void {
  for (const { controller } of uploads.value) controller?.abort(CANCELLED);
  uploads.value = [];
}

const CANCELLED = new DOMException("Cancelled", "AbortError");

isOnline.subscribe((online) => {
  if (!online) return;
  for (const { state } of uploads.peek()) if (state.peek().kind === "offline") state.value = { kind: "waiting" };
  startNext();
});

function startNext(): void {
  const busy = uploads.value.filter(({ state }) => ["sending", "finishing"].includes(state.value.kind)).length;
  // The oldest first: new ones stand at the top of the list.
  const waiting = uploads.value.filter(({ state }) => state.value.kind === "waiting").reverse();
  for (const upload of waiting.slice(0, Math.max(0, AT_ONCE - busy))) void run(upload);
}

async function run(upload: Upload): Promise<void> {
  upload.state.value = { kind: "sending" };
  upload.controller = new AbortController();
  try {
    const { files, note } = await sendFile(upload, upload.controller.signal);
    upload.sent.value = upload.size;
    upload.state.value = { kind: "done", files, ...(note !== undefined && { note }) };
    for (const file of files) noteFile(file);
    await eraseJournal(upload.id);
    await loadFiles();
    void refreshSession();
  } catch (error) {
    if (!upload.controller.signal.aborted) upload.state.value = toFailure(error);
  } finally {
    startNext();
    clearSoon();
  }
}

/** What went well needs no tidying up: it goes by itself a while after the last of it, unless there is a note to read. */
const STAY_MS = 8_000;
let clearing: ReturnType<typeof setTimeout> | undefined;

function clearSoon(): void {
  clearTimeout(clearing);
  clearing = setTimeout(() => {
    if (uploadsUnderWay.value > 0) return;
    uploads.value = uploads.value.filter(({ state: { value } }) => value.kind !== "done" || value.note !== undefined);
  }, STAY_MS);
}

function isWithoutConnection(error: unknown): boolean {
  return error instanceof CubbyError && (error.code === "connection_failed" || error.code === "timeout");
}

function toFailure(error: unknown): UploadState {
  if (isWithoutConnection(error) || !navigator.onLine) return { kind: "offline" };
  if (error instanceof CubbyError && error.status === 410) return { kind: "failed", problem: "The session has ended." };
  return { kind: "failed", problem: explain(error) };
}

function forget(upload: Upload): void {
  uploads.value = uploads.value.filter((candidate) => candidate !== upload);
}

export function journal(upload: Upload): Promise<void> {
  const { id, session_id, folder, name, size, lastModified, uploadId, file } = upload;
  return writeJournal({
    ...{ id, session_id, folder, name, size, last_modified: lastModified },
    ...(uploadId !== undefined && { upload_id: uploadId }),
    ...(file !== undefined && { file }),
  });
}

type Draft = Parameters<typeof writeJournal>[0];

function toUpload({ id, session_id, folder, name, size, last_modified, upload_id, file }: Draft): Upload {
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
