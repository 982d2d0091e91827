import { computed, signal } from "@preact/signals";
import { CubbyError } from "../../../../shared/client/index.ts";
import { explain } from "./explain.ts";
import { loadFiles, noteFile } from "./files.ts";
import { abandon, sendFile } from "./send-file.ts";
import { refreshSession, sessionId } from "./session.ts";
import { isOnline } from "./ticking.ts";
import { journal, toUpload, type Upload, type UploadState } from "./upload.ts";
import { holdUpload, isHeld, releaseAllUploads, releaseUpload } from "./upload-holders.ts";
import { eraseJournal, readJournal } from "./upload-journal.ts";

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
  for (const upload of added) {
    holdUpload(upload.id);
    void journal(upload);
  }
  startNext();
}

/** What a reload, or a closed tab, left unfinished; what another tab still sends, when that tab is gone. */
export async function resumeUploads(): Promise<void> {
  for (const { id } of await readJournal(sessionId.value)) {
    if (!isHeld(id)) holdUpload(id, () => void takeOver(id));
  }
}

async function takeOver(id: string): Promise<void> {
  const entry = (await readJournal(sessionId.value)).find((candidate) => candidate.id === id);
  if (!isHeld(id)) return;
  // The other tab may have finished it.
  if (entry === undefined) return releaseUpload(id);
  uploads.value = [...uploads.value, toUpload(entry)];
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
  releaseUpload(upload.id);
  await abandon(upload);
}

export function clearFinished(): void {
  uploads.value = uploads.value.filter(({ state }) => state.value.kind !== "done");
}

/** With the session its uploads are gone too. */
export function forgetUploads(): void {
  for (const { controller } of uploads.value) controller?.abort(CANCELLED);
  releaseAllUploads();
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
    releaseUpload(upload.id);
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
