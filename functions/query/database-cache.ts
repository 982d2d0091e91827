import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAppError } from "../../shared/errors.ts";
import { downloadFile } from "./download-file.ts";

/** Where databases are kept, and for how long. */
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

/** One published database and where to get it. */
export interface DatabaseSource {
  /** Names one immutable version. */
  readonly key: string;
  readonly url: string;
}

interface Entry {
  readonly path: string;
  downloaded?: Promise<void>;
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
  let downloads = 0;

  const enter = ({ key, url }: DatabaseSource): Entry => {
    const present = entries.get(key);
    if (present !== undefined) return present;
    // Numbered, so that the removal of a version cannot meet its own next download.
    const name = `${createHash("sha256").update(key).digest("hex")}-${downloads++}.db`;
    const entry: Entry = { path: join(options.directory, name), bytes: 0, users: 0, usedAt: options.now() };
    entry.downloaded = download(entry, url).catch((error: unknown) => {
      entries.delete(key); // the next one tries again
      throw error;
    });
    entries.set(key, entry);
    return entry;
  };
  const download = async (entry: Entry, url: string): Promise<void> => {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const { maxBytes, downloadTimeoutMs: timeoutMs } = options;
    const reserve = async (bytes: number) => {
      entry.bytes = bytes; // counted from now on: two large downloads at once see each other
      await makeRoom(entries, options);
    };
    entry.bytes = await downloadFile({ url, path: entry.path, maxBytes, timeoutMs, reserve });
  };
  return {
    with: async (source, use) => {
      await makeRoom(entries, options);
      const entry = enter(source);
      entry.users++;
      try {
        await entry.downloaded;
        return await use(entry.path);
      } catch (error) {
        // It may be the file: the next one fetches another.
        if (isAppError(error, "unavailable") && entries.get(source.key) === entry) entries.delete(source.key);
        throw error;
      } finally {
        entry.users--;
        entry.usedAt = options.now();
        if (entry.users === 0 && entries.get(source.key) !== entry) await rm(entry.path, { force: true });
      }
    },
  };
}

/** Removes what is idle, then the least recently used until the rest fits. */
async function makeRoom(entries: Map<string, Entry>, options: DatabaseCacheOptions): Promise<void> {
  let total = 0;
  for (const { bytes } of entries.values()) total += bytes;
  const unused = [...entries].filter(([, { users }]) => users === 0).sort(([, a], [, b]) => a.usedAt - b.usedAt);
  for (const [key, { path, bytes, usedAt }] of unused) {
    if (total <= options.maxBytes && options.now() - usedAt <= options.maxIdleMs) continue;
    entries.delete(key);
    total -= bytes;
    await rm(path, { force: true });
  }
}
