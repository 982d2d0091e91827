/**
 * A session at rest: the item `SESSION#<id>` / `META`. Beside what clients see it holds the alarm clock (`due_shard`,
 * `due_at`), the approval, the conversion's lease and fence, and the hash of a guest's token. Its `expires_at` and `retention` are
 * what held when it was written, for indexes and people in the console: when it ends is `endOf(record, rules)`.
 *
 * When the session is gone the same key holds a tombstone: no `due_shard`, and in `by_user` under a partition of its
 * own, so that nothing takes it for a session and its owner still finds the receipt.
 */
import { type ApprovalFields, alivePending, toPendingApproval } from "../approvals/approval-record.ts";
import { endedPartition, sessionKey } from "../aws/item-keys.ts";
import type { Item } from "../aws/table.ts";
import { toEpochSeconds, toTimestamp } from "../clock.ts";
import type { Actor, EndingReason, Receipt, Retention, Session } from "../contract/session.ts";
import { effectiveRetention, endOf, type RetentionRules, secondsLeft } from "./retention.ts";
import { STORED_FORMAT } from "./stored-format.ts";

export interface SessionRecord extends Item, ApprovalFields {
  session_id: string;
  /** See `stored-format.ts`; absent in records of version 0.1. */
  stored_format?: number;
  user_id: string;
  created_by: Actor;
  platform: string;
  thread_id: string | null;
  /** Absent in records of older versions. */
  style?: string | null;
  status: Session["status"];
  created_at: string;
  last_activity: string;
  expires_at: string;
  metadata: Session["metadata"];
  retention: { idle_minutes: number; max_age_minutes: number };
  /** What the session itself asked for; the rules of the moment clamp it. */
  retention_wish: Retention;
  file_counts: Record<string, number>;
  /** Absent in records of older versions, until somebody asks for it. */
  folder_bytes?: Record<string, number>;
  total_size_bytes: number;
  /** What the files take and uploads in progress are promised, together: the figures that the limits are held to. */
  claimed_bytes?: number;
  claimed_files?: number;
  /** Until when a request may be between its claim and what it stores. */
  requests_claim_until?: string;
  /** Uploads that are counted, or whose claim was given back, while their own items do not say so yet. */
  settled_uploads?: Set<string>;
  /** Set by the sweep that first found the figures not to be those of the files. */
  counts_doubt?: { revision: number; at: string };
  /** Set while uploads are in progress: when the next of them must be looked at. */
  upload_due_at?: string;
  /** `rows` of all tables together; absent until the first publication. */
  database: { version: number; tables: number; rows?: number; size_bytes: number };
  revision: number;
  ttl: number;
  due_shard: number;
  due_at: string;
  /** A sweep could not do what was due since then, and set the alarm clock on to `until`. */
  put_off?: { due_since: string; until: string };
  /** Set while files wait for conversion: when the sweep must look whether somebody does it. */
  conversion_due_at?: string;
  /** Counts every request to convert, so that a holder of the lease sees one that came in behind its back. */
  conversion_requests: number;
  /** Fencing number: grows with each lease and each publication; the number of a published version is one of these. */
  conversion_fence: number;
  /** Holders of the lease that let it run out, since all was converted the last time. */
  conversion_deaths?: number;
  lease_token?: string;
  lease_expires_at?: string;
  guest_token_hash?: string;
  /** The thread that it was made for with `reuse`, also when it moved to another since; its claim goes with it. */
  claimed_thread_id?: string | null;
  ending_reason?: EndingReason;
  ended_by?: Actor;
}

export interface Tombstone extends Item {
  session_id: string;
  stored_format?: number;
  status: "deleted";
  owner_user_id: string;
  /** `ENDED#<owner>`: no user id holds a `#`, so no list of sessions finds it. */
  user_id: string;
  /** When it ended, so that the newest receipts come first. */
  created_at: string;
  receipt: Receipt;
  /** A guest reads his receipt with the token of the session that is gone. */
  guest_token_hash?: string;
  ttl: number;
}

export type StoredSession = SessionRecord | Tombstone;

export function isTombstone(stored: StoredSession): stored is Tombstone {
  return stored.status === "deleted";
}

/** How long a tombstone is read, and about how long it stands: DynamoDB removes it within days after. */
export const TOMBSTONE_SECONDS = 7 * 24 * 3600;

/** What takes the place of the session's own item, for a week from its end on. */
export function newTombstone(
  session: Pick<SessionRecord, "session_id" | "user_id" | "guest_token_hash">,
  receipt: Receipt,
): Tombstone {
  const { session_id, user_id, guest_token_hash } = session;
  return {
    ...sessionKey(session_id),
    session_id,
    stored_format: STORED_FORMAT,
    status: "deleted",
    owner_user_id: user_id,
    user_id: endedPartition(user_id),
    created_at: receipt.deleted_at,
    receipt,
    ...(guest_token_hash === undefined ? {} : { guest_token_hash }),
    ttl: toEpochSeconds(new Date(receipt.deleted_at)) + TOMBSTONE_SECONDS,
  };
}

/** A tombstone that is still there and that nobody may read any more: from then on the session never was. */
export function isForgotten(stored: StoredSession, now: Date): boolean {
  return isTombstone(stored) && stored.ttl * 1000 <= now.getTime();
}

/** The alarm clock: the end, or whatever else must be looked at before it. */
export function dueAt(expiresAt: string, ...others: (string | undefined)[]): string {
  return others.reduce<string>((first, at) => (at !== undefined && at < first ? at : first), expiresAt);
}

/** What the alarm clock rings for besides the end. */
export function alarmsOf(
  record: Pick<SessionRecord, "conversion_due_at" | "approval_due_at" | "upload_due_at">,
): (string | undefined)[] {
  return [record.conversion_due_at, record.approval_due_at, record.upload_due_at];
}

/** Which version of the session clients see: a pending approval disappears by itself when it is late. */
export function versionOf(record: SessionRecord, now: Date): string {
  const isLate = record.pending_approval !== null && alivePending(record, now) === undefined;
  return isLate ? `${record.revision}-late` : `${record.revision}`;
}

/** The record as clients see it: its end and its retention as they hold now. */
export function toSession(record: SessionRecord, rules: RetentionRules, now: Date): Session {
  const { at } = endOf(record, rules);
  const pending = alivePending(record, now);
  return {
    ...record,
    pending_approval: pending === undefined ? null : toPendingApproval(pending),
    style: record.style ?? null,
    retention: effectiveRetention(rules, record.platform, record.retention_wish),
    expires_at: toTimestamp(at),
    seconds_left: secondsLeft(record, rules, now),
    database: publicDatabase(record),
  };
}

function publicDatabase({ database }: SessionRecord) {
  return { version: database.version, tables: database.tables };
}
