/**
 * An entry at rest. Metadata is kept as JSON text: DynamoDB's own maps hold no number above 10^126, nothing deeper
 * than 32 levels and no empty name, and callers are promised their metadata as they gave it.
 */
import { historyKey } from "../aws/item-keys.ts";
import type { Item } from "../aws/table.ts";
import type { HistoryEntry } from "../contract/history.ts";
import { itemTtl } from "../lifetime.ts";

interface StoredEntry extends Omit<HistoryEntry, "metadata">, Item {
  metadata_json: string;
  /** The call that made it, where it may be repeated. */
  call_id?: string;
  /** Absent in entries of older versions. */
  ttl?: number;
}

/** `callId` as above; `now` is when it is written, which may be long after it was said. */
export function toItem(
  sessionId: string,
  { metadata, ...entry }: HistoryEntry,
  { now, callId }: { now: Date; callId?: string | undefined },
): StoredEntry {
  const key = historyKey(sessionId, entry.entry_id);
  const made = callId === undefined ? {} : { call_id: callId };
  return { ...key, ...entry, metadata_json: JSON.stringify(metadata), ...made, ttl: itemTtl(now) };
}

export function toEntry(item: Item): HistoryEntry {
  const { pk: _pk, sk: _sk, call_id: _callId, ttl: _ttl, metadata_json, ...entry } = item as StoredEntry;
  return { ...entry, metadata: JSON.parse(metadata_json) };
}
