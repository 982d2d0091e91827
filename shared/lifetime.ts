/**
 * The longest that a session may live by any rule, and so by when everything that is stored in it is nobody's any more.
 * Each of a session's items carries that moment as its `ttl`, counted from when it is written: the sweep removes it
 * long before, and so does the stream's record where DynamoDB removed the session's own item by itself. Where neither
 * comes, DynamoDB removes the item too.
 */
import { toEpochSeconds } from "./clock.ts";

const DAY_SECONDS = 24 * 3600;

/** Rules beyond it are refused: items that are there already count on it. */
export const LONGEST_AGE_DAYS = 366;
export const LONGEST_AGE_HOURS = LONGEST_AGE_DAYS * 24;

/** More than clocks differ, and than a restored table or a tombstone is kept back. */
const GRACE_DAYS = 34;

/** When DynamoDB may remove what is written into a session now, in seconds since 1970. */
export function itemTtl(now: Date): number {
  return toEpochSeconds(now) + (LONGEST_AGE_DAYS + GRACE_DAYS) * DAY_SECONDS;
}
