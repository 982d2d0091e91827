import { type Answer, CubbyError, createClient, type UploadFolder } from "../../../../shared/client/index.ts";
import type { CubbyFile } from "../rules/folders.ts";
import { bearerToken, client } from "./session.ts";
import { sendWithProgress } from "./send-with-progress.ts";
import { journal, type Upload } from "./upload.ts";

/** Below the API's own 4 MiB, with room for the form around it: such a file is converted by the time it is answered. */
const INLINE_BYTES = 4 * 1024 * 1024 - 64 * 1024;

export interface Sent {
  files: CubbyFile[];
  /** Something worth knowing beside the files. */
  note?: string;
}

/** Sends one file the way its size asks for: inline, by form, or in parts beside each other. */
export function sendFile(upload: Upload, signal: AbortSignal): Promise<Sent> {
  const { file } = upload;
  if (file === undefined) throw new Error("The file has to be chosen again");
  return file.size <= INLINE_BYTES ? sendInline(upload, file, signal) : sendDirectly(upload, file, signal);
}

async function sendInline(upload: Upload, file: File, signal: AbortSignal): Promise<Sent> {
  const body = new FormData();
  body.append("files", file, upload.name);
  const params = { session_id: upload.session_id };
  const sender = watchedClient(upload);
  // Journals of earlier visits hold a word; the server says no to one that is no folder for uploads.
  const query = { folder: upload.folder as UploadFolder };
  const answer = await sender.call("uploadFiles", { params, query, body, signal });
  return readResults(answer);
}

function readResults({ files }: Answer<"uploadFiles">): Sent {
  const stored = files.flatMap(({ file }) => file ?? []);
  const refused = files.filter(({ status }) => status === "refused");
  const [first] = refused;
  if (stored.length === 0 && first !== undefined) throw new Error(first.problem?.detail ?? "It was refused");
  if (first === undefined) return { files: stored };
  return { files: stored, note: `${refused.length} left out: ${first.problem?.detail ?? first.path}` };
}

async function sendDirectly(upload: Upload, file: File, signal: AbortSignal): Promise<Sent> {
  const path = `${upload.folder}/${upload.name}`;
  const sender = watchedClient(upload);
  const options = {
    signal,
    onUpload(uploadId: string) {
      upload.uploadId = uploadId;
      void journal(upload);
    },
    onProgress({ sentBytes, totalBytes }: { sentBytes: number; totalBytes: number }) {
      // Parts that the storage has from before are counted here and nowhere else.
      upload.arrived = Math.max(upload.arrived, sentBytes);
      noteSent(upload, Math.max(upload.sent.value, sentBytes));
      if (sentBytes === totalBytes) upload.state.value = { kind: "finishing" };
    },
  };
  try {
    const resumed = upload.uploadId === undefined ? {} : { uploadId: upload.uploadId };
    const { file: stored } = await sender.uploadLarge(upload.session_id, path, file, { ...options, ...resumed });
    return { files: stored === undefined ? [] : [stored] };
  } catch (error) {
    // After a day the storage has given it up; then it begins anew.
    const isGone = error instanceof CubbyError && error.code === "upload_not_found" && upload.uploadId !== undefined;
    if (!isGone) throw error;
    upload.uploadId = undefined;
    const { file: stored } = await sender.uploadLarge(upload.session_id, path, file, options);
    return { files: stored === undefined ? [] : [stored] };
  }
}

/** Frees what the storage has of an upload that is not wanted any more. */
export async function abandon({ session_id, uploadId }: Upload): Promise<void> {
  if (uploadId === undefined) return;
  await client.call("abortUpload", { params: { session_id, upload_id: uploadId } }).catch(() => {});
}

/** A client whose sending of content moves this upload's bar. Parts on their way count as far as they are. */
function watchedClient(upload: Upload) {
  const underWay = new Map<object, number>();
  upload.arrived = 0;
  const note = () => noteSent(upload, upload.arrived + [...underWay.values()].reduce((sum, bytes) => sum + bytes, 0));
  return createClient({
    baseUrl: location.origin,
    token: bearerToken,
    async fetch(url, init) {
      const size = contentSize(init.body);
      if (size === undefined) return fetch(url, init);
      const key = {};
      try {
        const response = await sendWithProgress(url, init, (bytes) => {
          underWay.set(key, Math.min(bytes, size));
          note();
        });
        if (response.ok) upload.arrived += size;
        return response;
      } finally {
        underWay.delete(key);
        note();
      }
    },
  });
}

/** Bytes of a file's content in a body; undefined for what is no content. */
function contentSize(body: RequestInit["body"]): number | undefined {
  if (body instanceof Uint8Array) return body.byteLength;
  if (!(body instanceof FormData)) return undefined;
  const file = body.get("file") ?? body.get("files");
  return file instanceof Blob ? file.size : undefined;
}

function noteSent(upload: Upload, bytes: number): void {
  upload.sent.value = Math.min(bytes, upload.size);
  upload.meter.note(upload.sent.value, performance.now());
}
