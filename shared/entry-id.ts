/**
 * Ids of history entries: UUIDs of version 7, and the order of the history. What holds:
 *
 * - One process never makes ids out of the order of its calls, also within a millisecond: the 32 bits after the time
 *   count on from a random start.
 * - A writer that has read the newest entry makes a greater id than that entry's, whatever its own clock says. So
 *   what a client appends after an answer comes after it, whichever instance serves the two calls.
 * - Writers that do not know of each other are ordered by their clocks.
 *
 * An id may run ahead of its maker's clock by a few seconds to keep this order, not more: one clock that is an hour
 * fast must not drag a session's whole history into the future.
 */
import { randomInt } from "node:crypto";
import { v7 } from "uuid";

const MAX_AHEAD_MS = 5_000;
const SEQUENCES = 2 ** 32;

interface Stamp {
  ms: number;
  sequence: number;
}

/** Makes the ids of one process. `after` is the newest entry that the writer has seen. */
export function createEntryIds(): (now: Date, after?: string) => string {
  let last: Stamp = { ms: 0, sequence: 0 };
  return (now, after) => {
    const ms = now.getTime();
    const earlier = [last, ...(after === undefined ? [] : [stampOf(after)])];
    const floor = earlier.filter((stamp) => stamp.ms - ms <= MAX_AHEAD_MS).reduce(later, { ms: 0, sequence: 0 });
    // The upper half stays free for counting on.
    last = ms > floor.ms ? { ms, sequence: randomInt(SEQUENCES / 2) } : following(floor);
    return v7({ msecs: last.ms, seq: last.sequence });
  };
}

function later(one: Stamp, other: Stamp): Stamp {
  return one.ms > other.ms || (one.ms === other.ms && one.sequence > other.sequence) ? one : other;
}

function following({ ms, sequence }: Stamp): Stamp {
  return sequence + 1 < SEQUENCES ? { ms, sequence: sequence + 1 } : { ms: ms + 1, sequence: 0 };
}

/** Time and sequence of an id. The 32 bits stand in two places, around the variant's two (RFC 9562, section 5.7). */
function stampOf(id: string): Stamp {
  const hex = id.replaceAll("-", "");
  const upper = Number.parseInt(hex.slice(13, 16), 16);
  const lower = (Number.parseInt(hex.slice(16, 22), 16) & 0x3fffff) >> 2;
  return { ms: Number.parseInt(hex.slice(0, 12), 16), sequence: upper * 2 ** 20 + lower };
}

/** A position before every entry. */
export const BEGINNING = "00000000-0000-0000-0000-000000000000";

/** The position before all entries of this millisecond and later ones. */
export function positionAt(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}${BEGINNING.slice(13)}`;
}

/** True for the text of any entry's id or position. */
export function isEntryId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
