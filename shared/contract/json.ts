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
export function isAtMostDeep(value: unknown, maxLevels: number): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxLevels) return false;
    level = level.flatMap((each) => (typeof each === "object" && each !== null ? Object.values(each) : []));
  }
  return true;
}

/** DynamoDB takes 32 levels, of which an item and its attribute need some. */
const MAX_ATTRIBUTE_LEVELS = 28;
/** DynamoDB knows no number closer to zero. */
const SMALLEST = 1e-130;

/**
 * Why an attribute of an item could not hold this value as it is; undefined when it can. Ids of some platforms are
 * larger than 2^53: as numbers they have lost digits before they reach us.
 */
export function whyNotAttribute(value: unknown): string | undefined {
  if (!isAtMostDeep(value, MAX_ATTRIBUTE_LEVELS)) return `may be nested at most ${MAX_ATTRIBUTE_LEVELS} levels deep`;
  return allNumbersFit(value)
    ? undefined
    : "may hold no number beyond 2^53 or closer to zero than 1e-130: send it as text";
}

function allNumbersFit(value: unknown): boolean {
  if (typeof value === "number") {
    return value === 0 || (Math.abs(value) <= Number.MAX_SAFE_INTEGER && Math.abs(value) >= SMALLEST);
  }
  return typeof value !== "object" || value === null || Object.values(value).every(allNumbersFit);
}
