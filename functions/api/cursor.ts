import { AppError } from "../../shared/errors.ts";

/** An opaque cursor. It holds a position inside what the caller may read anyway, so it needs no signature. */
export function toCursor(position: object | undefined): string | null {
  return position === undefined ? null : Buffer.from(JSON.stringify(position)).toString("base64url");
}

/** The strings of a cursor that we made; 400 for any other text. */
export function parseCursor<const Key extends string>(
  cursor: string | undefined,
  keys: readonly Key[],
): Record<Key, string> | undefined {
  if (cursor === undefined) return undefined;
  const position = decode(cursor);
  const entries = keys.map((key) => [key, position[key]] as const);
  if (!entries.every(([, value]) => typeof value === "string" && value !== "")) throw invalidCursor();
  return Object.fromEntries(entries) as Record<Key, string>;
}

function decode(cursor: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // falls through to the one answer
  }
  throw invalidCursor();
}

/** 400: not a cursor of ours. */
export function invalidCursor(): AppError {
  return new AppError("invalid_cursor", "Cannot continue from this cursor: send `next_cursor` of the page before");
}
