/** Files on disk as what the client uploads. For Node alone: pages have files of their own. */
import { type FileHandle, open } from "node:fs/promises";
import type { UploadSource } from "./upload-source.ts";

/** A file that is open; close it when the upload is over, or say `await using`. */
export interface DiskFile extends UploadSource, AsyncDisposable {
  close(): Promise<void>;
}

/** Opens a file of any size for `uploadLarge`. Its size is taken now: what is appended later is not sent. */
export async function openDiskFile(path: string, options: { type?: string } = {}): Promise<DiskFile> {
  const handle = await open(path, "r");
  try {
    const { size } = await handle.stat();
    return {
      size,
      type: options.type ?? "",
      slice: (start, end) => ({ arrayBuffer: () => readBytes(handle, start, Math.min(end, size)) }),
      close: () => handle.close(),
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Fewer than asked for only where the file ends earlier than it did. */
async function readBytes(handle: FileHandle, start: number, end: number): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await handle.read(bytes, length, bytes.length - length, start + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length === bytes.length ? bytes.buffer : bytes.buffer.slice(0, length);
}
