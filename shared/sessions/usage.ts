/** What a user's live sessions come to. Pure. */
import { toTimestamp } from "../clock.ts";
import type { Usage } from "../contract/account.ts";
import { endOf, type RetentionRules } from "./retention.ts";
import { claimedRoom, reservedRoom } from "./room.ts";
import type { SessionRecord } from "./session-record.ts";
import { filesOf } from "./statistics.ts";

/** `complete` is false when there are more sessions than these. */
export function toUsage(
  userId: string,
  sessions: readonly SessionRecord[],
  stage: { rules: RetentionRules; limits: Omit<Usage["limits"], "user_bytes">; complete: boolean },
): Usage {
  const { rules, limits, complete } = stage;
  return {
    user_id: userId,
    sessions: { live: sessions.length, limit: rules.maxLiveSessions, keep_newest: rules.keepNewest },
    files: total(sessions, filesOf),
    bytes: total(sessions, (session) => session.total_size_bytes),
    reserved: {
      files: total(sessions, (session) => reservedRoom(session).files),
      bytes: total(sessions, (session) => reservedRoom(session).bytes),
    },
    tables: total(sessions, (session) => session.database.tables),
    rows: total(sessions, (session) => session.database.rows ?? 0),
    limits: { ...limits, user_bytes: rules.userBytes },
    fullest_session: fullest(sessions, limits),
    next_ending: nextEnding(sessions, rules),
    complete,
  };
}

function total(sessions: readonly SessionRecord[], of: (session: SessionRecord) => number): number {
  return sessions.reduce((sum, session) => sum + of(session), 0);
}

function fullest(
  sessions: readonly SessionRecord[],
  limits: Pick<Usage["limits"], "session_files" | "session_bytes">,
): Usage["fullest_session"] {
  const share = (session: SessionRecord) => {
    const { files, bytes } = claimedRoom(session);
    return Math.max(files / limits.session_files, bytes / limits.session_bytes);
  };
  const [first] = sessions.toSorted((a, b) => share(b) - share(a));
  if (first === undefined) return null;
  return { session_id: first.session_id, files: filesOf(first), bytes: first.total_size_bytes };
}

function nextEnding(sessions: readonly SessionRecord[], rules: RetentionRules): Usage["next_ending"] {
  const endings = sessions.map(({ session_id, ...rest }) => ({
    session_id,
    expires_at: toTimestamp(endOf(rest, rules).at),
  }));
  return endings.sort((a, b) => (a.expires_at < b.expires_at ? -1 : 1))[0] ?? null;
}
