import { randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ByteRange } from "../wire/ranges.ts";

/** One file of an object's bytes. */
export interface Segment {
  readonly file: string;
  readonly size: number;
}

/** Segments that stay readable until `release`, whatever is written or deleted meanwhile. */
export interface PinnedSegments {
  read(range?: ByteRange): AsyncGenerator<Buffer>;
  release(): void;
}

/**
 * Bytes in files with random names, so that no key can ever reach the file system.
 *
 * `incoming/` holds what is being written; a finished file is synced and renamed into `blobs/`, and only then does
 * the index learn its name. A crash therefore leaves at worst a file that no row names, and the next start removes it.
 */
export class BlobStore {
  readonly #incoming: string;
  readonly #blobs: string;
  readonly #pins = new Map<string, number>();
  readonly #doomed = new Set<string>();

  private constructor(dataDirectory: string) {
    this.#incoming = join(dataDirectory, "incoming");
    this.#blobs = join(dataDirectory, "blobs");
  }

  /** Opens the folders and removes every file that is not in `known`. */
  static async open(dataDirectory: string, known: ReadonlySet<string>): Promise<BlobStore> {
    const store = new BlobStore(dataDirectory);
    await rm(store.#incoming, { recursive: true, force: true });
    await mkdir(store.#incoming, { recursive: true });
    await mkdir(store.#blobs, { recursive: true });
    for (const file of await readdir(store.#blobs)) {
      if (!known.has(file)) await rm(join(store.#blobs, file), { recursive: true, force: true });
    }
    return store;
  }

  /**
   * Gives `fill` a sink and keeps what it wrote as a durable file; if `fill` throws, nothing is left. No bytes,
   * no file: the segments are empty then.
   */
  async write<T>(fill: (sink: (chunk: Uint8Array) => Promise<void>) => Promise<T>): Promise<[T, Segment[]]> {
    const file = randomBytes(16).toString("hex");
    const temporary = join(this.#incoming, file);
    const handle = await open(temporary, "wx");
    let size = 0;
    try {
      const result = await fill(async (chunk) => {
        await writeAll(handle, chunk);
        size += chunk.length;
      });
      if (size > 0) await handle.sync();
      await handle.close();
      if (size === 0) {
        await rm(temporary, { force: true });
        return [result, []];
      }
      await rename(temporary, join(this.#blobs, file));
      await syncDirectory(this.#blobs);
      return [result, [{ file, size }]];
    } catch (error) {
      await handle.close().catch(() => undefined);
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Must be called in the same turn as the look-up of the segments, or they could be gone already. */
  pin(segments: readonly Segment[]): PinnedSegments {
    for (const { file } of segments) this.#pins.set(file, (this.#pins.get(file) ?? 0) + 1);
    let isPinned = true;
    return {
      read: (range) => this.#read(segments, range),
      release: () => {
        if (isPinned) for (const { file } of segments) this.#unpin(file);
        isPinned = false;
      },
    };
  }

  /** Removes files that no row names any more; those being read go when their last reader is done. */
  remove(segments: readonly Segment[]): void {
    for (const { file } of segments) {
      if (this.#pins.has(file)) this.#doomed.add(file);
      else this.#unlink(file);
    }
  }

  #unpin(file: string): void {
    const readers = (this.#pins.get(file) ?? 1) - 1;
    if (readers > 0) {
      this.#pins.set(file, readers);
      return;
    }
    this.#pins.delete(file);
    if (this.#doomed.delete(file)) this.#unlink(file);
  }

  /** In the background and without a complaint: what stays behind is removed at the next start. */
  #unlink(file: string): void {
    rm(join(this.#blobs, file), { force: true }).catch(() => undefined);
  }

  async *#read(segments: readonly Segment[], range: ByteRange | undefined): AsyncGenerator<Buffer> {
    let position = 0;
    for (const { file, size } of segments) {
      const start = Math.max((range?.start ?? 0) - position, 0);
      const end = Math.min((range?.end ?? Number.POSITIVE_INFINITY) - position, size - 1);
      position += size;
      if (start <= end) yield* createReadStream(join(this.#blobs, file), { start, end, highWaterMark: 256 * 1024 });
    }
  }
}

/** A single `write` may write less than it was given. */
async function writeAll(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, offset);
    offset += bytesWritten;
  }
}

/** Makes a rename durable. Windows cannot open a directory, and needs not. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(directory, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
