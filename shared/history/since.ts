/**
 * Polling that delivers each entry exactly once. Ids are ordered by their writers' clocks, so an entry may land with
 * a slightly older id than one that was delivered already. "Everything after the last id" would lose it. So `since`
 * holds a settled position, old enough that nothing lands before it any more, and the ids that were delivered after
 * it. What a poll finds after the position and does not know by its id is new, however late it came.
 *
 * The ids are at most `MAX_UNSETTLED`. A session that gets more entries than that in ten seconds loses and repeats
 * nothing: a follower gets what is above the bound when the ids before it have settled, seconds later.
 */
import { positionAt } from "../entry-id.ts";

/** Longer than any writer takes between making an id and storing it, its clock's error included. */
export const SETTLE_MS = 10_000;
/** Keeps the token below 4,400 characters: API Gateway takes 10,240 for the request line and all headers. */
export const MAX_UNSETTLED = 200;

export interface Since {
  /** Everything up to this position was delivered. */
  settled: string;
  /** What was delivered after it, in order. */
  delivered: readonly string[];
}

/** What a read found after the settled position: in order and without holes; `complete` when it saw the end. */
export interface Found {
  ids: readonly string[];
  complete: boolean;
}

export interface Step {
  deliver: string[];
  next: Since;
  /** More could be delivered at once. */
  more: boolean;
}

/** Decides what of the found to deliver, and the `since` that follows. Pure. */
export function advance(since: Since, found: Found, { limit, now }: { limit: number; now: Date }): Step {
  const cutoff = positionAt(new Date(now.getTime() - SETTLE_MS));
  const known = new Set(since.delivered);
  const fresh = found.ids.filter((id) => !known.has(id));
  const deliver = choose(fresh, limit, cutoff, since.delivered);
  const left = fresh[deliver.length];
  const isWithheld = left !== undefined && deliver.length < limit;
  const unseen = left ?? (found.complete ? undefined : after(found.ids.at(-1) ?? since.settled));
  const next = settle(since, deliver, { cutoff, unseen });
  return { deliver, next, more: !isWithheld && unseen !== undefined };
}

/** The oldest first, up to the limit; of those that are not settled only as many as the token can remember. */
function choose(fresh: readonly string[], limit: number, cutoff: string, delivered: readonly string[]): string[] {
  const room = MAX_UNSETTLED - delivered.filter((id) => id >= cutoff).length;
  const settled = fresh.filter((id) => id < cutoff).length;
  return fresh.slice(0, Math.min(limit, settled + Math.max(0, room)));
}

/**
 * Moves the position over what is old enough and before anything not yet delivered. While nothing new comes the
 * `since` stays as it is until all of it has settled, so that polls without news can be answered 304.
 */
function settle(since: Since, deliver: readonly string[], at: { cutoff: string; unseen: string | undefined }): Since {
  const all = [...since.delivered, ...deliver].sort();
  const settling = all.filter((id) => id < at.cutoff && (at.unseen === undefined || id < at.unseen));
  const isQuiet = deliver.length === 0 && at.unseen === undefined;
  if (settling.length === 0 || (isQuiet && settling.length < all.length)) return { ...since, delivered: all };
  const settled = settling.at(-1) ?? since.settled;
  return { settled, delivered: all.filter((id) => id > settled) };
}

/** The first position behind this id. */
function after(id: string): string {
  return `${id}+`;
}
