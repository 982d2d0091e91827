import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
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

const CHECKSUM_MODE = "x-amz-checksum-mode";

/**
 * Fetches a file whole or not at all: written beside its place, counted against its announced size, then renamed.
 * Answers with its size. By `node:http`, as `fetch` takes twice the processor time for a large body.
 */
export async function downloadFile(download: Download): Promise<number> {
  const partial = `${download.path}.part`;
  try {
    const response = await request(download);
    const expected = announcedSize(response, download.maxBytes);
    await download.reserve(expected ?? 0);
    const crc = announcedCrc(response);
    const { received, sum } = await writeBody(response, partial, download.maxBytes, crc !== undefined);
    if (expected !== undefined && received !== expected) throw unreadable(`${received} of ${expected} bytes came`);
    if (crc !== undefined && sum !== crc) throw unreadable("its bytes changed on their way");
    await rename(partial, download.path);
    return received;
  } catch (error) {
    await rm(partial, { force: true });
    if (isAppError(error)) throw error;
    throw unreadable("storage did not answer in full", error);
  }
}

/**
 * Not by `import`, which looks at every export of a module: one of `node:http` is a WebSocket client that is loaded when
 * looked at, for 30 ms of a cold start. And only when it is needed, which is beside the start of the first child.
 */
function request({ url, timeoutMs }: Download): Promise<IncomingMessage> {
  const { get } = process.getBuiltinModule(url.startsWith("https:") ? "node:https" : "node:http");
  const signal = AbortSignal.timeout(timeoutMs); // for the body too
  // Only what was signed may be sent; an API of before signed none.
  const isSigned = new URL(url).searchParams.get("X-Amz-SignedHeaders")?.split(";").includes(CHECKSUM_MODE);
  const headers = isSigned === true ? { [CHECKSUM_MODE]: "ENABLED" } : {};
  return new Promise((resolve, reject) => get(url, { signal, headers }, resolve).on("error", reject));
}

/** A redirect is no answer either: the URL is a storage's own. */
function announcedSize(response: IncomingMessage, maxBytes: number): number | undefined {
  const header = response.headers["content-length"];
  const size = header === undefined ? undefined : Number(header);
  const refusal =
    response.statusCode !== 200
      ? unreadable(`storage answered ${response.statusCode}`)
      : size !== undefined && size > maxBytes
        ? tooLarge(maxBytes)
        : undefined;
  if (refusal === undefined) return size;
  response.destroy();
  throw refusal;
}

/**
 * The CRC-32 of the whole, where the storage says it; of what was stored in parts it knows only a sum of their sums. A
 * damaged database would stay here for as long as its version is asked for.
 */
function announcedCrc({ headers }: IncomingMessage): number | undefined {
  const value = headers["x-amz-checksum-crc32"];
  return typeof value !== "string" || value.includes("-") ? undefined : Buffer.from(value, "base64").readUInt32BE();
}

async function writeBody(
  response: IncomingMessage,
  path: string,
  maxBytes: number,
  isSummed: boolean,
): Promise<{ received: number; sum: number }> {
  const { crc32 } = process.getBuiltinModule("node:zlib");
  let received = 0;
  let sum = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of response as AsyncIterable<Uint8Array>) {
      received += chunk.length;
      if (received > maxBytes) throw tooLarge(maxBytes);
      if (isSummed) sum = crc32(chunk, sum);
      yield chunk;
    }
  }
  await pipeline(counted, createWriteStream(path, { mode: 0o600, highWaterMark: 1024 * 1024 }));
  return { received, sum };
}

function unreadable(reason: string, cause?: unknown): AppError {
  return new AppError("unavailable", `Cannot read the database of this session: ${reason}`, { cause });
}

function tooLarge(maxBytes: number): AppError {
  return new AppError("file_too_large", `Cannot query this database: it is larger than ${maxBytes} bytes`, {
    details: { max_bytes: maxBytes },
  });
}
