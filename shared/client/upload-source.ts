import { CubbyError } from "./cubby-error.ts";

/**
 * Bytes of a known size, any range of which can be read: any Blob is one. Of files beyond 2 GiB Node's own Blob
 * (`fs.openAsBlob`) tells a wrong size and gives no bytes (https://github.com/nodejs/node/issues/52585): open those with
 * `openDiskFile`, of the entry `client/disk-file`.
 */
export interface UploadSource {
  /** In bytes, and not to change. */
  readonly size: number;
  /** Media type; empty where it is not known. */
  readonly type: string;
  /** The bytes from `start` to `end`, without the one at `end`; may be asked for several at a time, and again. */
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** What can be uploaded: text, bytes, a Blob or a file of a page, or a file on disk by `openDiskFile`. */
export type UploadContent = UploadSource | Uint8Array<ArrayBuffer> | string;

/** Text and bytes as a source; what is one already stays it. Not as a Blob: React Native makes none of bytes. */
export function toSource(content: UploadContent): UploadSource {
  if (typeof content !== "string" && !(content instanceof Uint8Array)) return content;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const slice = (start: number, end: number) => ({ arrayBuffer: async () => bytes.slice(start, end).buffer });
  return { size: bytes.length, type: "", slice };
}

/** The bytes from `start` to `end`; throws when the source gives others than it promised, as of a file that was cut. */
export async function readRange(source: UploadSource, start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await source.slice(start, end).arrayBuffer());
  if (bytes.byteLength === end - start) return bytes;
  const message = `Cannot read bytes ${start} to ${end} of what is uploaded: ${bytes.byteLength} came`;
  throw new CubbyError("unexpected_content", message, { status: 0 });
}
