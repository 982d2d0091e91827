import { addAbortSignal, type Readable } from "node:stream";
import { pMapIterable } from "p-map";
import type { Bucket } from "../../aws/bucket.ts";
import { isAppError } from "../../errors.ts";
import { type ArchiveEntry, archiveFailed } from "./archive-plan.ts";
import { isWorthCompressing } from "./worth-compressing.ts";
import { packWhole, type StreamedFile, type WholeFile } from "./write-zip.ts";

/** Up to here a file is fetched ahead and held whole; more than that is streamed when its turn comes. */
const WHOLE_BYTES = 512 * 1024;
/** Together at most 8 MiB: enough to hide the wait for each small object behind the others. */
const AHEAD = 16;

/** Counts what was read, for those who watch the progress. */
export interface Progress {
  files_done: number;
  bytes_done: number;
}

export interface FetchDeps {
  bucket: Pick<Bucket, "read">;
  signal: AbortSignal;
  progress: Progress;
}

/** The planned files in their order, read at exactly the planned version. Whatever is wrong with one names it. */
export function fetchEntries(
  deps: FetchDeps,
  entries: readonly ArchiveEntry[],
): AsyncIterable<WholeFile | StreamedFile> {
  const fetch = (entry: ArchiveEntry): Promise<WholeFile | StreamedFile> =>
    entry.size_bytes <= WHOLE_BYTES ? fetchWhole(deps, entry) : toStreamed(deps, entry);
  return pMapIterable(entries, fetch, { concurrency: AHEAD, backpressure: AHEAD });
}

async function fetchWhole(deps: FetchDeps, entry: ArchiveEntry): Promise<WholeFile> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readExactly(deps, entry)) chunks.push(chunk);
  return packWhole(describe(entry), Buffer.concat(chunks));
}

/** Opened only when its turn comes: a connection that waits behind a large file would be cut. */
async function toStreamed(deps: FetchDeps, entry: ArchiveEntry): Promise<StreamedFile> {
  return { ...describe(entry), plainBytes: entry.size_bytes, open: async () => readExactly(deps, entry) };
}

function describe(entry: ArchiveEntry) {
  const modifiedAt = new Date(entry.modified_at);
  return { name: entry.path, modifiedAt, compress: isWorthCompressing(entry) };
}

/** The bytes of the planned version: all of them, or an error with the file's name. */
async function* readExactly({ bucket, signal, progress }: FetchDeps, entry: ArchiveEntry): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of await open(bucket, signal, entry)) {
    bytes += chunk.length;
    progress.bytes_done += chunk.length;
    yield chunk;
  }
  if (bytes !== entry.size_bytes) throw archiveFailed(entry.path, `${bytes} of its ${entry.size_bytes} bytes came`);
  progress.files_done++;
}

async function* open(
  bucket: FetchDeps["bucket"],
  signal: AbortSignal,
  entry: ArchiveEntry,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  let body: Readable | undefined;
  try {
    const object = await bucket.read(entry.key, entry.is_immutable === true ? {} : { etag: entry.etag });
    if (object === undefined) throw archiveFailed(entry.path, "it was changed or removed meanwhile; ask again");
    body = addAbortSignal(signal, object.body);
    yield* body;
  } catch (error) {
    signal.throwIfAborted(); // whoever stopped us said why
    if (isAppError(error)) throw error;
    throw archiveFailed(entry.path, "its bytes could not be read to the end", error);
  } finally {
    body?.destroy();
  }
}
