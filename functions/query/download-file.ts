import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { AppError, isAppError } from "../../shared/errors.ts";

/** One file to fetch. */
export interface Download {
  readonly url: string;
  readonly path: string;
  readonly maxBytes: number;
  readonly timeoutMs: number;
  /** Called with the announced size before the first byte is written. */
  readonly reserve: (bytes: number) => Promise<void>;
}

/**
 * Fetches a file whole or not at all: written beside its place, counted against its announced size, then renamed.
 * Answers with its size.
 */
export async function downloadFile(download: Download): Promise<number> {
  const partial = `${download.path}.part`;
  try {
    const response = await fetch(download.url, { signal: AbortSignal.timeout(download.timeoutMs), redirect: "error" });
    const expected = announcedSize(response, download.maxBytes);
    await download.reserve(expected ?? 0);
    const received = await writeBody(response, partial, download.maxBytes);
    if (expected !== undefined && received !== expected) throw unreadable(`${received} of ${expected} bytes came`);
    await rename(partial, download.path);
    return received;
  } catch (error) {
    await rm(partial, { force: true });
    if (isAppError(error)) throw error;
    throw unreadable("storage did not answer in full", error);
  }
}

function announcedSize(response: Response, maxBytes: number): number | undefined {
  if (!response.ok) throw unreadable(`storage answered ${response.status}`);
  const header = response.headers.get("content-length");
  const size = header === null ? undefined : Number(header);
  if (size !== undefined && size > maxBytes) throw tooLarge(maxBytes);
  return size;
}

async function writeBody(response: Response, path: string, maxBytes: number): Promise<number> {
  if (response.body === null) throw unreadable("storage answered nothing");
  let received = 0;
  const counter = new Transform({
    transform: (chunk: Uint8Array, _encoding, done) => {
      received += chunk.length;
      done(received > maxBytes ? tooLarge(maxBytes) : null, chunk);
    },
  });
  const file = createWriteStream(path, { mode: 0o600 });
  await pipeline(Readable.fromWeb(response.body as ReadableStream), counter, file);
  return received;
}

function unreadable(reason: string, cause?: unknown): AppError {
  return new AppError("unavailable", `Cannot read the database of this session: ${reason}`, { cause });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("file_too_large", `Cannot query this database: it is larger than ${maxBytes} bytes`, {
    details: { max_bytes: maxBytes },
  });
}
