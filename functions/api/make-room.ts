import { AppError } from "../../shared/errors.ts";
import { endSession } from "../../shared/sessions/end-session.ts";
import { beyondNewest, withinLimit } from "../../shared/sessions/keep-newest.ts";
import type { SessionRecord } from "../../shared/sessions/session-record.ts";
import type { ApiDeps } from "./deps.ts";

/** Ending sessions takes time that the caller waits; what is beyond this is for the next call and for the sweep. */
const MAX_ENDED = 20;

/** Throws 429 with the numbers where the stage allows no more live sessions. */
export function assertBelowLimit(deps: ApiDeps, live: readonly SessionRecord[]): void {
  const limit = deps.rules.current().maxLiveSessions;
  if (limit !== null && live.length >= limit) throw tooMany(live.length, limit);
}

/** Keep-N after a session was made: the oldest go. One that woke up meanwhile stays, and so does the new one. */
export async function makeRoom(deps: ApiDeps, live: readonly SessionRecord[], mine: SessionRecord): Promise<void> {
  if (!deps.rules.areKnown()) return; // the stage's document may allow more than the environment does
  const tooOld = beyondNewest(live, mine, deps.rules.current().keepNewest);
  for (const session of tooOld.slice(-MAX_ENDED)) {
    await endSession(deps, session, "keep_newest", { ifUnusedSince: session.last_activity });
  }
}

/**
 * Where the stage has a limit: of several made at once, those beyond it are taken back. Answers what stays, so that
 * keep-N does not count what is about to go.
 */
export async function assertWithinLimit(
  deps: ApiDeps,
  live: readonly SessionRecord[],
  mine: SessionRecord,
): Promise<readonly SessionRecord[]> {
  const limit = deps.rules.current().maxLiveSessions;
  if (limit === null) return live;
  const staying = withinLimit(live, limit);
  if (staying.includes(mine)) return staying;
  await endSession(deps, mine, "deleted");
  throw tooMany(live.length - 1, limit);
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
