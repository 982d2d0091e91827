/** What a cached answer is at rest, and how long it counts. Pure. */
import type { Item } from "../aws/table.ts";

/**
 * The item `SESSION#<id>` / `CACHE#<hash>`. The answer's text stands in it, compressed, or in the one object that it
 * names. An object without an item that names it is nobody's; the sweep takes it.
 */
export interface CacheEntry extends Item {
  stored_at: string;
  /** For DynamoDB, which removes it some time after; readers go by `stored_at` and the rules of the moment. */
  ttl: number;
  /** Tells entries of one pair apart. */
  version: string;
  size_bytes: number;
  /** Of the answer's text: half an answer, or one that somebody changed, is no answer. */
  sha256: string;
  result_gzip?: Uint8Array;
  object_key?: string;
}

const HOUR_MS = 3600_000;

/** The first moment at which the entry does not count any more. */
export function endOfEntry({ stored_at }: Pick<CacheEntry, "stored_at">, cacheHours: number): Date {
  return new Date(Date.parse(stored_at) + cacheHours * HOUR_MS);
}

/** True from that moment on, whatever DynamoDB has removed so far. */
export function isExpired(entry: Pick<CacheEntry, "stored_at">, cacheHours: number, now: Date): boolean {
  return endOfEntry(entry, cacheHours).getTime() <= now.getTime();
}

/** Whole seconds; none where the writer's clock is ahead of the reader's. */
export function ageSeconds({ stored_at }: Pick<CacheEntry, "stored_at">, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - Date.parse(stored_at)) / 1000));
}
