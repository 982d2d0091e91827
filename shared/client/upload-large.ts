/**
 * Uploads of any size, straight to the storage: one form, or parts beside each other. What is there already is not
 * sent again, so an upload that broke off goes on with its id, also in another process and on another day.
 */
import { CubbyError } from "./cubby-error.ts";
import type { Answer, CallOptions } from "./routes.ts";
import { type PartSender, sendParts } from "./send-parts.ts";
import { toMultipart } from "./multipart-body.ts";
import { sha256Hex } from "./sha256.ts";
import { readRange, type UploadSource } from "./upload-source.ts";

/** How to upload straight to the storage. */
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
  /** Media type to declare, in the place of the content's own. */
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
  /** Speaks to the storage; throws a `CubbyError` when it refuses. */
  send(url: string, init: RequestInit): Promise<Response>;
}

const CONCURRENCY = 4;

/** Sends the content and answers the file that it became, verified by checksum on the way. */
export async function uploadLarge(
  calls: UploadCalls,
  sessionId: string,
  path: string,
  content: UploadSource,
  options: LargeUploadOptions,
): Promise<Answer<"completeUpload">> {
  const { uploadId } = options;
  const signal = options.signal === undefined ? {} : { signal: options.signal };
  const complete = (upload_id: string, body: CallOptions<"completeUpload">["body"] = {}) =>
    calls.complete({ params: { session_id: sessionId, upload_id }, body, ...signal });
  const target =
    uploadId === undefined
      ? await begin(calls, sessionId, path, content, options)
      : await goOn(calls, { session_id: sessionId, upload_id: uploadId }, content, signal);
  // Whoever came before, or the storage's own word, made a file of it: there is only its answer to fetch.
  if (target === "whole") return complete(uploadId ?? "");
  const { upload_id, post } = target;
  options.onUpload?.(upload_id);
  if (post === undefined)
    return complete(upload_id, await sendParts(senderOf(calls, sessionId, target, content, options)));
  await sendForm(calls, post, content, options.signal);
  options.onProgress?.({ sentBytes: content.size, totalBytes: content.size });
  return complete(upload_id);
}

function senderOf(
  calls: UploadCalls,
  session_id: string,
  { upload_id, part_size, present = [], parts = [] }: Target,
  content: UploadSource,
  { signal, concurrency = CONCURRENCY, onProgress }: LargeUploadOptions,
): PartSender {
  const common = signal === undefined ? {} : { signal };
  const params = { session_id, upload_id };
  const progress = { sentBytes: 0, totalBytes: content.size };
  return {
    content,
    partSize: part_size ?? content.size,
    present: new Map(present.map((part) => [part.part_number, part])),
    urls: new Map(parts.map(({ part_number, url }) => [part_number, url])),
    sign: async (part_numbers) => (await calls.sign({ params, body: { part_numbers }, ...common })).parts ?? [],
    send: calls.send,
    onSent(bytes) {
      progress.sentBytes += bytes;
      onProgress?.({ ...progress });
    },
    concurrency,
    ...common,
  };
}

type Target = Answer<"signParts"> & { present?: Answer<"getUpload">["parts"] };

async function begin(
  calls: UploadCalls,
  sessionId: string,
  path: string,
  content: UploadSource,
  options: LargeUploadOptions,
): Promise<Target> {
  const { signal, ifMatch, ifNoneMatch } = options;
  const common = signal === undefined ? {} : { signal };
  const type = options.contentType ?? content.type;
  const sha256 = content.size <= MAX_FORM_BYTES ? await sha256Hex(content) : undefined;
  const body = {
    ...{ path, size_bytes: content.size },
    ...(type === "" ? {} : { content_type: type }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(content.size <= MAX_FORM_BYTES ? {} : { checksum_algorithm: "crc32" as const }),
  };
  const conditions = {
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  };
  return calls.create({ params: { session_id: sessionId }, body, ...conditions, ...common });
}

/** What an upload that was begun before has and lacks; "whole" when nothing is to be sent any more. */
async function goOn(
  calls: UploadCalls,
  params: { session_id: string; upload_id: string },
  content: UploadSource,
  signal: { signal?: AbortSignal },
): Promise<Target | "whole"> {
  const { state, parts, size_bytes, sha256 } = await calls.get({ params, ...signal });
  if (size_bytes !== content.size) throw otherContent(`for ${size_bytes} bytes, not ${content.size}`);
  if (sha256 !== undefined && sha256 !== ((await sha256Hex(content)) ?? sha256)) {
    throw otherContent("for other bytes: its SHA-256 is not theirs");
  }
  if (state !== "open") return "whole";
  try {
    const target = await calls.sign({ params, body: {}, ...signal });
    return parts === undefined ? target : { ...target, present: parts };
  } catch (error) {
    const isOver = error instanceof CubbyError && ["upload_completed", "upload_busy"].includes(error.code);
    if (isOver) return "whole"; // in between
    throw error;
  }
}

function otherContent(why: string): CubbyError {
  return new CubbyError("unexpected_content", `The upload was begun ${why}`, { status: 0 });
}

/** The server's own border between a form and parts: a SHA-256 is for forms, a CRC for parts. */
const MAX_FORM_BYTES = 100 * 1024 * 1024;

async function sendForm(
  { send }: UploadCalls,
  { url, fields }: { url: string; fields: Record<string, string> },
  content: UploadSource,
  signal: AbortSignal | undefined,
): Promise<void> {
  const common = { method: "POST", ...(signal === undefined ? {} : { signal }) };
  if (!(content instanceof Blob)) {
    const { body, contentType } = toMultipart(fields, await readRange(content, 0, content.size));
    await send(url, { ...common, body, headers: { "content-type": contentType } });
    return;
  }
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", content, "file");
  await send(url, { ...common, body: form });
}
