/**
 * Answers by (query, mode) within a session. Storing swaps one item for another in one write, which tells the writer
 * what it replaced; so of writers at once the last one's entry stays, whole, and every object but its own is removed by
 * whoever replaced it. A reader whose object went away in between looks at the item again.
 */
import { randomBytes } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import pMap from "p-map";
import type { Bucket } from "../aws/bucket.ts";
import { cacheKey, PREFIX } from "../aws/item-keys.ts";
import { itemsOfKind } from "../aws/item-queries.ts";
import { cacheObjectKey } from "../aws/object-keys.ts";
import type { Table } from "../aws/table.ts";
import { type Clock, toEpochSeconds, toTimestamp } from "../clock.ts";
import { sha256Hex } from "../ids.ts";
import { readText } from "../read-text.ts";
import type { RulesSource } from "../sessions/rules-source.ts";
import type { SessionStore } from "../sessions/session-store.ts";
import { type CacheEntry, endOfEntry, isExpired } from "./cache-entry.ts";
import { createCacheUse } from "./cache-use.ts";

export interface CacheStoreDeps {
  bucket: Bucket;
  table: Table;
  sessions: Pick<SessionStore, "findLive" | "current">;
  rules: Pick<RulesSource, "current">;
  clock: Clock;
}

/** What stands under a pair: nothing, something whose time is over, or an answer as the text that it was. */
export type Found =
  | { state: "miss" }
  | { state: "expired"; entry: CacheEntry }
  | { state: "hit"; entry: CacheEntry; text: string };

/** Compressed. Beyond it an object is cheaper to write and as quick to read. */
export const MAX_ITEM_BYTES = 64 * 1024;
/** Items that one call to clear removes at most; more would not end within a request. */
export const MAX_CLEARED = 1000;
/** A reader whom writers overtake this often finds nothing. */
const MAX_LOOKS = 5;

export function createCacheStore({ bucket, table, sessions, rules, clock }: CacheStoreDeps) {
  const use = createCacheUse(table, clock);

  /** Looks up the answer that holds now. */
  async function find(sessionId: string, hash: string): Promise<Found> {
    let seen: string | undefined;
    for (let look = 0; look < MAX_LOOKS; look++) {
      const entry = (await table.find(cacheKey(sessionId, hash))) as CacheEntry | undefined;
      if (entry === undefined) return { state: "miss" };
      if (isExpired(entry, rules.current().cacheHours, clock.now())) return { state: "expired", entry };
      const text = await readResult(entry);
      if (text !== undefined) return { state: "hit", entry, text };
      if (entry.version === seen) break; // not overtaken: its object is gone or was changed, and that stays so
      seen = entry.version;
    }
    return { state: "miss" };
  }

  async function readResult(entry: CacheEntry): Promise<string | undefined> {
    const text = entry.result_gzip === undefined ? await readObject(entry) : gunzipSync(entry.result_gzip).toString();
    return text !== undefined && sha256Hex(text) === entry.sha256 ? text : undefined;
  }

  async function readObject({ object_key, size_bytes }: CacheEntry): Promise<string | undefined> {
    const object = object_key === undefined ? undefined : await bucket.read(object_key);
    return object === undefined ? undefined : readText(object.body, size_bytes);
  }

  /** Stores an answer over whatever is there. Leaves nothing, and says so, when the session ended meanwhile. */
  async function store(sessionId: string, hash: string, text: string): Promise<CacheEntry> {
    const sizeBytes = Buffer.byteLength(text);
    const entry = newEntry(sessionId, hash, text, sizeBytes);
    await use.count(sessionId, sizeBytes);
    try {
      if (entry.object_key !== undefined) {
        await bucket.putBytes(entry.object_key, text, { contentType: "application/json" });
      }
      const replaced = (await table.replace(entry)) as CacheEntry | undefined;
      await removeObject(replaced, entry.object_key);
    } finally {
      await takeBackIfOver(sessionId, entry);
    }
    return entry;
  }

  function newEntry(sessionId: string, hash: string, text: string, sizeBytes: number): CacheEntry {
    const version = randomBytes(8).toString("hex");
    const stored_at = toTimestamp(clock.now());
    const gzip = gzipSync(text);
    return {
      ...cacheKey(sessionId, hash),
      stored_at,
      ttl: toEpochSeconds(endOfEntry({ stored_at }, rules.current().cacheHours)),
      version,
      size_bytes: sizeBytes,
      sha256: sha256Hex(text),
      ...(gzip.byteLength <= MAX_ITEM_BYTES
        ? { result_gzip: gzip }
        : { object_key: cacheObjectKey(sessionId, hash, version) }),
    };
  }

  /** Whoever ended the session may have looked before we wrote. */
  async function takeBackIfOver(sessionId: string, entry: CacheEntry): Promise<void> {
    if ((await sessions.findLive(sessionId)) !== undefined) return;
    await removeEntry(entry);
    await use.forget(sessionId);
    await sessions.current(sessionId); // says when and why it ended
  }

  async function removeEntry(entry: CacheEntry): Promise<void> {
    await table.remove(entry, onlyVersion(entry));
    await removeObject(entry);
  }

  /** Not the object that is still in use: a write that the SDK sent twice replaced itself. */
  async function removeObject(entry: CacheEntry | undefined, inUse?: string): Promise<void> {
    if (entry?.object_key !== undefined && entry.object_key !== inUse) await bucket.remove(entry.object_key);
  }

  /** Removes one answer; false when there was none. */
  async function remove(sessionId: string, hash: string): Promise<boolean> {
    const removed = (await table.remove(cacheKey(sessionId, hash))) as CacheEntry | undefined;
    await removeObject(removed);
    return removed !== undefined;
  }

  /** Removes what the session has cached by now; `complete` is false when there is more than fits one call. */
  async function clear(sessionId: string): Promise<{ removed: number; complete: boolean }> {
    const hashes: string[] = [];
    let complete = true;
    const query = { ...itemsOfKind(sessionId, PREFIX.cache), ProjectionExpression: "pk, sk" };
    for await (const item of table.queryAll(query)) {
      complete = hashes.length < MAX_CLEARED;
      if (!complete) break;
      hashes.push(item.sk.slice(PREFIX.cache.length));
    }
    const removed = await pMap(hashes, (hash) => remove(sessionId, hash), { concurrency: 16 });
    return { removed: removed.filter(Boolean).length, complete };
  }

  return { find, store, remove, clear };
}

export type CacheStore = ReturnType<typeof createCacheStore>;

function onlyVersion({ version }: CacheEntry) {
  return { ConditionExpression: "version = :mine", ExpressionAttributeValues: { ":mine": version } };
}
