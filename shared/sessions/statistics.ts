/** How many sessions there are, of what kind and how large. Pure; `session-statistics.ts` reads the sessions. */
import { toTimestamp } from "../clock.ts";
import type { Stats } from "../contract/account.ts";
import { endOf, isOver, type RetentionRules } from "./retention.ts";
import type { SessionRecord } from "./session-record.ts";

/** The part of a record that is counted, so that only this travels. */
export type Counted = Pick<
  SessionRecord,
  | "session_id"
  | "user_id"
  | "platform"
  | "status"
  | "created_at"
  | "last_activity"
  | "retention_wish"
  | "file_counts"
  | "total_size_bytes"
  | "database"
>;

export const COUNTED_ATTRIBUTES = [
  "session_id",
  "user_id",
  "platform",
  "status",
  "created_at",
  "last_activity",
  "retention_wish",
  "file_counts",
  "total_size_bytes",
  "database",
] as const satisfies (keyof Counted)[];

const SOON_MINUTES = 60;
const FIRST_ENDING = 10;
/** Platforms are free text: of more than these the rest is counted together. */
const MAX_PLATFORMS = 100;
const OTHER_PLATFORMS = "(other)"; // no platform may be called so

export interface Tally extends Omit<Stats, "computed_at" | "complete" | "by_platform"> {
  /** A Map, because a platform may be called `constructor`. */
  platforms: Map<string, number>;
}

export function emptyTally(): Tally {
  return {
    live: 0,
    awaiting_removal: 0,
    platforms: new Map(),
    by_status: { active: 0, completed: 0, error: 0 },
    files: 0,
    bytes: 0,
    tables: 0,
    rows: 0,
    oldest: null,
    ending_soon: { within_minutes: SOON_MINUTES, count: 0, first: [] },
  };
}

/** Counts one session in. */
export function countSession(tally: Tally, session: Counted, rules: RetentionRules, now: Date): void {
  if (session.status === "deleting" || isOver(session, rules, now)) {
    tally.awaiting_removal++;
    return;
  }
  tally.live++;
  tally.by_status[session.status]++;
  tally.platforms.set(session.platform, (tally.platforms.get(session.platform) ?? 0) + 1);
  tally.files += filesOf(session);
  tally.bytes += session.total_size_bytes;
  tally.tables += session.database.tables;
  tally.rows += session.database.rows ?? 0;
  const { session_id, user_id, platform, created_at } = session;
  if (tally.oldest === null || created_at < tally.oldest.created_at) {
    tally.oldest = { session_id, user_id, platform, created_at };
  }
  noteEnding(tally.ending_soon, session, endOf(session, rules).at, now);
}

export function filesOf({ file_counts }: Pick<SessionRecord, "file_counts">): number {
  return Object.values(file_counts).reduce((sum, count) => sum + count, 0);
}

function noteEnding(soon: Tally["ending_soon"], session: Counted, end: Date, now: Date): void {
  if (end.getTime() > now.getTime() + SOON_MINUTES * 60_000) return;
  soon.count++;
  const { session_id, user_id, platform } = session;
  const expires_at = toTimestamp(end);
  const last = soon.first.at(-1);
  if (soon.first.length === FIRST_ENDING && last !== undefined && last.expires_at <= expires_at) return;
  soon.first.push({ session_id, user_id, platform, expires_at });
  soon.first.sort((a, b) => (a.expires_at < b.expires_at ? -1 : 1));
  soon.first.splice(FIRST_ENDING);
}

/** The tally as it is answered: the platforms by how many there are, and not more of them than anyone reads. */
export function toStats({ platforms, ...tally }: Tally, now: Date, complete: boolean): Stats {
  const largestFirst = [...platforms].sort((a, b) => b[1] - a[1]);
  const rest = largestFirst.slice(MAX_PLATFORMS).reduce((sum, [, count]) => sum + count, 0);
  const named = largestFirst.slice(0, MAX_PLATFORMS);
  const by_platform = Object.fromEntries(rest === 0 ? named : [...named, [OTHER_PLATFORMS, rest]]);
  return { computed_at: toTimestamp(now), complete, ...tally, by_platform };
}
