import { setTimeout as delay } from "node:timers/promises";
import pMap from "p-map";
import { AppError } from "../../shared/errors.ts";
import { type EndSessionDeps, endSession, markEnding } from "../../shared/sessions/end-session.ts";
import { beyondNewest, withinLimit } from "../../shared/sessions/keep-newest.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

/** Sessions that one creation ends for everybody, which is one request each; what is beyond is for the next one. */
const MAX_MARKED = 200;
const MARKED_AT_ONCE = 10;
/** Of those so many are emptied while the caller waits, by four requests and more; the others at the next sweep. */
const MAX_EMPTIED = 20;

/** Taking a session back is five requests: two seconds are enough for all that were made at one moment. */
const LOOK_AGAIN_MS = 100;
const MAX_LOOKS = 20;

/** What was listed, and the session just made, which the index may not have yet. */
export function withMine(mine: SessionRecord, listed: readonly SessionRecord[]): SessionRecord[] {
  return [mine, ...listed.filter(({ session_id }) => session_id !== mine.session_id)];
}

type LimitDeps = EndSessionDeps & Pick<ApiDeps, "rules" | "sessions">;

/** Throws 429 with the numbers where the stage allows no more live sessions. */
export function assertBelowLimit(deps: ApiDeps, live: readonly SessionRecord[]): void {
  const limit = deps.rules.current().maxLiveSessions;
  if (limit !== null && live.length >= limit) throw tooMany(live.length, limit);
}

/**
 * Keep-N after a session was made: the oldest go. One that woke up meanwhile stays. Of several creations at once each
 * sees more than its own, and goes on with those that nobody else ends: else all would be busy with the same few.
 */
export async function makeRoom(deps: ApiDeps, live: readonly SessionRecord[], mine: SessionRecord): Promise<void> {
  if (!deps.rules.areKnown()) return; // the stage's document may allow more than the environment does
  const tooOld = beyondNewest(live, mine, deps.rules.current().keepNewest).toReversed().slice(0, MAX_MARKED);
  const end = (session: SessionRecord) =>
    markEnding(deps, session, "keep_newest", { ifUnusedSince: session.last_activity });
  const marked = await pMap(tooOld, end, { concurrency: MARKED_AT_ONCE });
  for (const session of marked.filter((each) => each !== undefined).slice(0, MAX_EMPTIED))
    await endSession(deps, session, "keep_newest");
}

/**
 * Where the stage has a limit: of several made at once, those beyond it are taken back, each by whoever made it. Answers
 * what stays, so that keep-N does not count what is about to go.
 *
 * Whoever is within the limit waits until the others are gone. One that is newer may have looked before this one was
 * stored, and was told to stay: then there is one too many, and the one that can still be taken back goes.
 */
export async function assertWithinLimit(
  deps: LimitDeps,
  live: readonly SessionRecord[],
  mine: SessionRecord,
): Promise<readonly SessionRecord[]> {
  const limit = deps.rules.current().maxLiveSessions;
  if (limit === null) return live;
  let seen = live;
  for (let look = 1; seen.length > limit; look++) {
    const isStaying = withinLimit(seen, limit).some(({ session_id }) => session_id === mine.session_id);
    if (!isStaying || look === MAX_LOOKS) {
      await endSession(deps, mine, "deleted");
      throw tooMany(seen.length - 1, limit);
    }
    await delay(Math.random() * 2 * LOOK_AGAIN_MS);
    seen = withMine(mine, await deps.sessions.listAll(mine.user_id));
  }
  return seen;
}

function tooMany(count: number, limit: number): AppError {
  return new AppError(
    "too_many_sessions",
    `Cannot create a session: you have ${count} live ones, the limit is ${limit}`,
    {
      details: { count, limit },
    },
  );
}
