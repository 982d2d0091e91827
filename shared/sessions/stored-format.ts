/**
 * In which format a session is stored: one number, in its own item, for all that belongs to it: its items, the
 * catalogue inside its database, the envelopes of its documents. It grows when a version writes what the version before
 * cannot read, and only then. A version reads its own format and the one before.
 *
 * - 0: version 0.1, which wrote no number
 * - 1: the same with the number
 */
import { AppError } from "../errors.ts";

/** The format that this version writes. */
export const STORED_FORMAT = 1;

/** What any stored session says of its format, a tombstone too. */
interface Formatted {
  stored_format?: unknown;
}

/** Whether a later version stored this. Nothing else in it may be believed, and nothing of it may be changed. */
export function isOfLaterVersion({ stored_format: format = 0 }: Formatted): boolean {
  return !(typeof format === "number" && format <= STORED_FORMAT);
}

/** Throws `stored_by_later_version`; what is asked for is safe, and back when that version is. */
export function assertReadable(stored: Formatted & { session_id: string }): void {
  if (!isOfLaterVersion(stored)) return;
  const { session_id, stored_format } = stored;
  throw new AppError(
    "stored_by_later_version",
    `Cannot read session "${session_id}": it is stored in format ${stored_format}, and this version knows ${STORED_FORMAT}`,
  );
}

/** For updates that are sent without a look at the item, or after one that was long ago. */
export const whileReadable = {
  condition: "(attribute_not_exists(stored_format) OR stored_format <= :known_format)",
  values: { ":known_format": STORED_FORMAT },
} as const;
