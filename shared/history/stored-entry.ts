/**
 * An entry at rest. Metadata is kept as JSON text: DynamoDB's own maps hold no number above 10^126, nothing deeper
 * than 32 levels and no empty name, and callers are promised their metadata as they gave it.
 */
import { historyKey } from "../aws/item-keys.ts";
import type { Item } from "../aws/table.ts";
import type { HistoryEntry } from "../contract/history.ts";

interface StoredEntry extends Omit<HistoryEntry, "metadata">, Item {
  metadata_json: string;
  /** The call that made it, where it may be repeated. */
  call_id?: string;
}

export function toItem(sessionId: string, { metadata, ...entry }: HistoryEntry, callId?: string): StoredEntry {
  const made = callId === undefined ? {} : { call_id: callId };
  return { ...historyKey(sessionId, entry.entry_id), ...entry, metadata_json: JSON.stringify(metadata), ...made };
}

export function toEntry(item: Item): HistoryEntry {
  const { pk: _pk, sk: _sk, call_id: _callId, metadata_json, ...entry } = item as StoredEntry;
  return { ...entry, metadata: JSON.parse(metadata_json) };
}
