import * as z from "zod";

/** Deeper documents would overflow the stack of whoever parses or prints them; none that means something is. */
const MAX_LEVELS = 64;

/** Any JSON of at most so many bytes and a sane depth, which is checked before anything walks it recursively. */
export function jsonUpTo(maxKilobytes: number) {
  const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value)).length;
  return z
    .unknown()
    .refine((value) => isAtMostDeep(value, MAX_LEVELS), {
      error: `may be nested at most ${MAX_LEVELS} levels deep`,
      abort: true,
    })
    .pipe(
      z.json().refine((value) => bytesOf(value) <= maxKilobytes * 1024, {
        error: `may be at most ${maxKilobytes} KB as JSON`,
      }),
    );
}

/** Level by level, without recursion. */
function isAtMostDeep(value: unknown, maxLevels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxLevels) return false;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return true;
}
