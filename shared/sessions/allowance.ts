/**
 * The room that one request claims, bit by bit, for the files it stores: as much at once as is known beforehand, and
 * what it did not use goes back with the note of what it stored.
 */
import { isAppError } from "../errors.ts";
import type { QuotaStore } from "./quota-store.ts";
import { addRoom, covers, minus, NO_ROOM, type Room, roomFor } from "./room.ts";
import type { SessionRecord } from "./session-record.ts";

export interface Allowance {
  /** Claims room ahead, if there is as much; if not, each file will claim its own. */
  foresee(room: Room): Promise<void>;
  /** Claims what one file needs; throws 507 with the numbers. `findReplaced` is asked only where room is short. */
  take(sizeBytes: number, findReplaced: () => Promise<{ size_bytes: number } | undefined>): Promise<void>;
  /** Everything that was claimed so far. */
  claimed(): Room;
}

export function createAllowance(quota: QuotaStore, session: SessionRecord): Allowance {
  let claimed = NO_ROOM;
  let left = NO_ROOM;

  async function claim(room: Room): Promise<void> {
    await quota.reserve(session, room);
    claimed = addRoom(claimed, room);
    left = addRoom(left, room);
  }

  return {
    async foresee(room) {
      await claim(room).catch(unlessFull);
    },
    async take(sizeBytes, findReplaced) {
      let needed = roomFor(sizeBytes, undefined);
      if (!covers(left, needed)) {
        await claim(needed).catch(async (error: unknown) => {
          // A file that takes another's place needs only what it is larger.
          const replaced = await findReplaced();
          if (replaced === undefined) throw error;
          unlessFull(error);
          needed = roomFor(sizeBytes, replaced);
          await claim(needed);
        });
      }
      left = minus(left, needed);
    },
    claimed: () => claimed,
  };
}

function unlessFull(error: unknown): void {
  if (!isAppError(error, "session_full", "user_quota_exceeded")) throw error;
}
