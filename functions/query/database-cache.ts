import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { downloadFile } from "./download-file.ts";

export interface DatabaseCacheOptions {
  /** A folder of its own; nothing else is in it. */
  readonly directory: string;
  /** All versions together; also the largest database that can be queried at all. */
  readonly maxBytes: number;
  /** A version nobody asked for this long is removed at the next use: a deleted session must not linger here. */
  readonly maxIdleMs: number;
  readonly downloadTimeoutMs: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** The last few published databases on this machine's disk. */
export interface DatabaseCache {
  /**
   * Calls `use` with the local file of one version, fetching it first when it is not here. The file stays until
   * `use` is done; two at once share one download.
   */
  with<T>(source: DatabaseSource, use: (path: string) => Promise<T>): Promise<T>;
}

export interface DatabaseSource {
  /** Names one immutable version. */
  readonly key: string;
  readonly url: string;
}

interface Entry {
  readonly path: string;
  readonly downloaded: Promise<number>;
  bytes: number;
  users: number;
  usedAt: number;
}

/**
 * Files are named by the hash of their key, so no key can name a file elsewhere. A version never changes, therefore
 * nothing is ever revalidated. Least recently used goes first; what is in use stays.
 */
export function createDatabaseCache(options: DatabaseCacheOptions): DatabaseCache {
  const entries = new Map<string, Entry>();

  const enter = (source: DatabaseSource): Entry => {
    const present = entries.get(source.key);
    if (present !== undefined) return present;
    const path = join(options.directory, `${createHash("sha256").update(source.key).digest("hex")}.db`);
    const entry: Entry = { path, downloaded: fetchTo(path, source.url), bytes: 0, users: 0, usedAt: options.now() };
    entries.set(source.key, entry);
    entry.downloaded.then(
      (bytes) => {
        entry.bytes = bytes;
      },
      () => entries.delete(source.key), // the next one tries again
    );
    return entry;
  };
  const fetchTo = async (path: string, url: string): Promise<number> => {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const reserve = (bytes: number) => makeRoom(entries, options, bytes);
    return downloadFile({ url, path, maxBytes: options.maxBytes, timeoutMs: options.downloadTimeoutMs, reserve });
  };
  return {
    with: async (source, use) => {
      await makeRoom(entries, options, 0);
      const entry = enter(source);
      entry.users++;
      try {
        await entry.downloaded;
        return await use(entry.path);
      } finally {
        entry.users--;
        entry.usedAt = options.now();
      }
    },
  };
}

/** Removes what is idle, then the least recently used until `incoming` bytes fit beside the rest. */
async function makeRoom(entries: Map<string, Entry>, options: DatabaseCacheOptions, incoming: number): Promise<void> {
  let total = incoming;
  for (const { bytes } of entries.values()) total += bytes;
  const unused = [...entries].filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt);
  for (const [key, { path, bytes, usedAt }] of unused) {
    if (total <= options.maxBytes && options.now() - usedAt <= options.maxIdleMs) continue;
    entries.delete(key);
    total -= bytes;
    await rm(path, { force: true });
  }
}
