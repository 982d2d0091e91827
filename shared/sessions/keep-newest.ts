/** Which sessions a user has too many. Pure; whoever makes a session, and the sweep, act on it. */
import type { SessionRecord } from "./session-record.ts";

type Ranked = Pick<SessionRecord, "created_at" | "session_id">;

/** Newest first; two of one millisecond have one order all the same, so that all who look at them agree. */
export function newestFirst<Session extends Ranked>(sessions: readonly Session[]): Session[] {
  return [...sessions].sort((a, b) => compare(b.created_at, a.created_at) || compare(b.session_id, a.session_id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Sessions whose makers read their clocks within this time were made at one moment. Two clocks are closer by far. */
const ONE_MOMENT_MS = 5000;

/**
 * What goes when `mine` was just made: everything behind the newest N. `mine` itself goes only where all N were made at
 * the same moment: they may have looked before it was stored, and nobody else would end it. Where they are much newer a
 * clock is wrong, and nobody's new session goes for that.
 */
export function beyondNewest<Session extends Ranked>(
  live: readonly Session[],
  mine: Ranked,
  keepNewest: number,
): Session[] {
  const sorted = newestFirst(live);
  const tooOld = sorted.slice(Math.max(1, keepNewest));
  const [newest = mine] = sorted;
  const isOfOneMoment = Date.parse(newest.created_at) - Date.parse(mine.created_at) < ONE_MOMENT_MS;
  return isOfOneMoment ? tooOld : tooOld.filter(({ session_id }) => session_id !== mine.session_id);
}

/**
 * Those that a limit on live sessions lets stay: the oldest. Of several made at once for one place the later go, each
 * taken back by whoever made it.
 */
export function withinLimit<Session extends Ranked>(live: readonly Session[], limit: number): Session[] {
  return newestFirst(live).slice(-limit);
}
