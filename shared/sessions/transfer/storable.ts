/** DynamoDB takes 32 levels, of which the record and the attribute itself need some. */
const MAX_DEPTH = 28;
/** DynamoDB keeps smaller numbers as an error, not as 0. */
const SMALLEST = 1e-130;

/** Why the table could not keep this JSON value as it is; undefined when it can. */
export function whyNotStorable(value: unknown, depth = 0): string | undefined {
  if (typeof value === "number") return whyNotNumber(value);
  if (typeof value !== "object" || value === null) return undefined;
  if (depth >= MAX_DEPTH) return `is nested more than ${MAX_DEPTH} levels deep`;
  // An own property of this name is legal JSON, but many a library loses it on the way.
  if (Object.hasOwn(value, "__proto__")) return "has a key `__proto__`";
  for (const inner of Object.values(value)) {
    const why = whyNotStorable(inner, depth + 1);
    if (why !== undefined) return why;
  }
  return undefined;
}

function whyNotNumber(value: number): string | undefined {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return "holds a number beyond 2^53, which would lose digits";
  if (value !== 0 && Math.abs(value) < SMALLEST) return "holds a number too close to zero";
  return undefined;
}
