import type { ListPosition } from "../../shared/sessions/session-lists.ts";
import { end } from "./attend.ts";
import type { Round } from "./sweep-deps.ts";

/** Sessions that one request reads. */
const PAGE = 100;

/**
 * Ends what a user has beyond the newest N, as the next creation would. The newest is always among the N, and one that
 * woke up since the index was written stays: the door asks for the activity that the index knew.
 */
export async function keepNewest(round: Round, userId: string): Promise<void> {
  const { deps } = round;
  let toKeep = Math.max(1, deps.rules.current().keepNewest);
  let position: ListPosition | undefined;
  do {
    const { sessions, next } = await deps.sessions.list(userId, PAGE, position);
    for (const session of sessions.slice(toKeep)) {
      // The index may be behind: one that is on its way already is not ours to count.
      const stored = await deps.sessions.findStored(session.session_id);
      if (stored?.status !== "deleting" && stored?.status !== "deleted") await end(round, session, "keep_newest");
    }
    toKeep = Math.max(0, toKeep - sessions.length);
    position = next;
  } while (position !== undefined && !round.isOver());
}
