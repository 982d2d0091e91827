/** What one place of the table keeps of a JSON value. */
interface Limits {
  maxDepth: number;
  /** Kept as a number of DynamoDB's and not as text. */
  asNumbers: boolean;
}

/** DynamoDB takes 32 levels, of which the record and the attribute itself need some. */
export const asAttribute: Limits = { maxDepth: 28, asNumbers: true };
/** History keeps its metadata as text; the limit is for those who walk it. */
export const asText: Limits = { maxDepth: 200, asNumbers: false };

/** DynamoDB refuses smaller numbers; it does not make them 0. */
const SMALLEST = 1e-130;

/** Why the table could not keep this JSON value as it is; undefined when it can. */
export function whyNotStorable(value: unknown, limits: Limits, depth = 0): string | undefined {
  if (typeof value === "number") return limits.asNumbers ? whyNotNumber(value) : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= limits.maxDepth) return `is nested more than ${limits.maxDepth} levels deep`;
  // An own property of this name is legal JSON, but many a library loses it on the way.
  if (Object.hasOwn(value, "__proto__")) return "has a key `__proto__`";
  for (const inner of Object.values(value)) {
    const why = whyNotStorable(inner, limits, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNotNumber(value: number): string | undefined {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return "holds a number beyond 2^53, which would lose digits";
  if (value !== 0 && Math.abs(value) < SMALLEST) return "holds a number too close to zero";
  return undefined;
}
