/**
 * A session at rest: the item `SESSION#<id>` / `META`. Beside what clients see it holds the alarm clock (`due_shard`,
 * `due_at`), the conversion's lease and fence, and the hash of a guest's token. When the session is gone the same key
 * holds a tombstone: no `user_id` and no `due_shard`, so it stands in neither index.
 */
import type { Item } from "../aws/table.ts";
import type { Actor, EndingReason, Receipt, Session } from "../contract/session.ts";

export interface SessionRecord extends Item {
  session_id: string;
  user_id: string;
  created_by: Actor;
  platform: string;
  thread_id: string | null;
  status: Session["status"];
  created_at: string;
  last_activity: string;
  expires_at: string;
  pending_approval: null;
  metadata: Session["metadata"];
  retention: { idle_minutes: number; max_age_minutes: number };
  file_counts: Record<string, number>;
  total_size_bytes: number;
  database: { version: number; tables: number; size_bytes: number };
  revision: number;
  ttl: number;
  due_shard: number;
  due_at: string;
  /** Set while files wait for conversion: when the sweep must look whether somebody does it. */
  conversion_due_at?: string;
  /** Counts every request to convert, so that a holder of the lease sees one that came in behind its back. */
  conversion_requests: number;
  /** Fencing number: grows with each lease and each publication; the number of a published version is one of these. */
  conversion_fence: number;
  lease_token?: string;
  lease_expires_at?: string;
  guest_token_hash?: string;
  ending_reason?: EndingReason;
  ended_by?: Actor;
}

export interface Tombstone extends Item {
  session_id: string;
  status: "deleted";
  owner_user_id: string;
  receipt: Receipt;
  ttl: number;
}

export type StoredSession = SessionRecord | Tombstone;

export function isTombstone(stored: StoredSession): stored is Tombstone {
  return stored.status === "deleted";
}

/** True from the first moment past `expires_at`, whatever the sweep has done so far. */
export function isExpired(record: Pick<SessionRecord, "expires_at">, now: Date): boolean {
  return Date.parse(record.expires_at) <= now.getTime();
}

/** The alarm clock: expiry, or the unfinished conversion if that is earlier. */
export function dueAt(expiresAt: string, conversionDueAt: string | undefined): string {
  return conversionDueAt !== undefined && conversionDueAt < expiresAt ? conversionDueAt : expiresAt;
}

/** The record as clients see it. */
export function toSession(record: SessionRecord, now: Date): Session {
  const secondsLeft = Math.max(0, Math.floor((Date.parse(record.expires_at) - now.getTime()) / 1000));
  return { ...record, seconds_left: secondsLeft, database: publicDatabase(record) };
}

function publicDatabase({ database }: SessionRecord) {
  return { version: database.version, tables: database.tables };
}
