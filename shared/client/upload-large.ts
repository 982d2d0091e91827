/**
 * Uploads of any size, straight to the storage: one form, or parts beside each other. What is there already is not
 * sent again, so an upload that broke off goes on with its id, also in another process and on another day.
 */
import type { Answer, CallOptions } from "./routes.ts";
import { type PartSender, sendParts } from "./send-parts.ts";

export interface LargeUploadOptions {
  /** Ends the sending; the upload waits for a day, and goes on with `uploadId`. */
  signal?: AbortSignal;
  /** Goes on with an upload that was begun before. */
  uploadId?: string;
  /** Called once, as soon as there is an id: keep it to go on later. */
  onUpload?: (uploadId: string) => void;
  /** Called with every piece that has arrived. */
  onProgress?: (progress: { sentBytes: number; totalBytes: number }) => void;
  /** Parts on their way at the same time. */
  concurrency?: number;
  contentType?: string;
  /** Replace this version and no other; `*` for any. */
  ifMatch?: string;
  /** `*`: only if there is no such file. */
  ifNoneMatch?: string;
}

type Call<Name extends "createUpload" | "getUpload" | "signParts" | "completeUpload"> = (
  options: CallOptions<Name>,
) => Promise<Answer<Name>>;

/** What this needs of the client. */
export interface UploadCalls {
  create: Call<"createUpload">;
  get: Call<"getUpload">;
  sign: Call<"signParts">;
  complete: Call<"completeUpload">;
  /** Speaks to the storage. */
  send(url: string, init: RequestInit): Promise<Response>;
}

const CONCURRENCY = 4;

/** Sends the content and answers the file that it became, verified by checksum on the way. */
export async function uploadLarge(
  calls: UploadCalls,
  sessionId: string,
  path: string,
  content: Blob,
  options: LargeUploadOptions,
): Promise<Answer<"completeUpload">> {
  const session = { session_id: sessionId };
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const target = await begin(calls, sessionId, path, content, options);
  const params = { ...session, upload_id: target.upload_id };
  options.onUpload?.(target.upload_id);
  const progress = { sentBytes: 0, totalBytes: content.size };
  const onSent = (bytes: number) => {
    progress.sentBytes += bytes;
    options.onProgress?.({ ...progress });
  };
  if (target.post !== undefined) {
    await sendForm(calls, target.post, content, options.signal);
    onSent(content.size);
    return calls.complete({ params, body: {}, ...signal });
  }
  const sender: PartSender = {
    content,
    partSize: target.part_size ?? content.size,
    present: new Map((target.present ?? []).map((part) => [part.part_number, part])),
    urls: new Map((target.parts ?? []).map(({ part_number, url }) => [part_number, url])),
    sign: async (part_numbers) => (await calls.sign({ params, body: { part_numbers }, ...signal })).parts ?? [],
    send: calls.send,
    onSent,
    concurrency: options.concurrency ?? CONCURRENCY,
    ...signal,
  };
  const { parts, checksum } = await sendParts(sender);
  return calls.complete({ params, body: { parts, checksum }, ...signal });
}

type Target = Answer<"signParts"> & { present?: Answer<"getUpload">["parts"] };

async function begin(
  calls: UploadCalls,
  sessionId: string,
  path: string,
  content: Blob,
  options: LargeUploadOptions,
): Promise<Target> {
  const { uploadId, signal, ifMatch, ifNoneMatch } = options;
  const common = signal === undefined ? {} : { signal };
  if (uploadId !== undefined) {
    const params = { session_id: sessionId, upload_id: uploadId };
    const { parts, size_bytes } = await calls.get({ params, ...common });
    if (size_bytes !== content.size)
      throw new Error(`The upload was begun for ${size_bytes} bytes, not ${content.size}`);
    const target = await calls.sign({ params, body: {}, ...common });
    return parts === undefined ? target : { ...target, present: parts };
  }
  const type = options.contentType ?? content.type;
  const body = {
    ...{ path, size_bytes: content.size },
    ...(type === "" ? {} : { content_type: type }),
    ...(content.size <= MAX_FORM_BYTES
      ? { sha256: await sha256Hex(content) }
      : { checksum_algorithm: "crc32" as const }),
  };
  const conditions = {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
  return calls.create({ params: { session_id: sessionId }, body, ...conditions, ...common });
}

/** The server's own border between a form and parts: a SHA-256 is for forms, a CRC for parts. */
const MAX_FORM_BYTES = 100 * 1024 * 1024;

async function sha256Hex(content: Blob): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await content.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function sendForm(
  { send }: UploadCalls,
  { url, fields }: { url: string; fields: Record<string, string> },
  content: Blob,
  signal: AbortSignal | undefined,
): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", content, "file");
  const response = await send(url, { method: "POST", body: form, ...(signal === undefined ? {} : { signal }) });
  if (!response.ok)
    throw new Error(`The storage answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
}
