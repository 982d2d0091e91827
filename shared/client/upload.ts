import type { Answer, RequestOptions } from "./routes.ts";
import type { LargeUploadOptions } from "./upload-large.ts";
import { readRange, type UploadSource } from "./upload-source.ts";

/**
 * How to upload, whatever the size. `onUpload`, `uploadId` and `concurrency` concern what goes straight to the storage;
 * `onProgress` is told when it begins, of each part, and of the end: fetch tells no more than that.
 */
export type UploadOptions = LargeUploadOptions;

/** The two ways a file can take. */
export interface UploadWays {
  put(body: Blob | Uint8Array<ArrayBuffer>, options: RequestOptions): Promise<Answer<"putFile">>;
  sendLarge(source: UploadSource): Promise<Answer<"completeUpload">>;
}

/** What one request takes; such a file is converted by the time it is answered. */
const INLINE_BYTES = 4 * 1024 * 1024;

/** Sends a small file in the request itself, and any other, or one that was begun so, straight to the storage. */
export async function uploadBySize(
  ways: UploadWays,
  source: UploadSource,
  options: UploadOptions,
): Promise<Answer<"putFile">> {
  const { signal, ifMatch, ifNoneMatch, onProgress } = options;
  onProgress?.({ sentBytes: 0, totalBytes: source.size });
  if (source.size > INLINE_BYTES || options.uploadId !== undefined) return ways.sendLarge(source);
  const body = source instanceof Blob ? source : await readRange(source, 0, source.size);
  const stored = await ways.put(body, {
    ...(signal === undefined ? {} : { signal }),
    ...(ifMatch === undefined ? {} : { ifMatch }),
    ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
  });
  onProgress?.({ sentBytes: source.size, totalBytes: source.size });
  return stored;
}
