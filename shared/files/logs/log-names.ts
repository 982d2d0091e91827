/**
 * A log is a row of files in the folder `logs`: `<name>.000001`, `<name>.000002` and so on, one for each append. The
 * folder is flat like the others, so the number stands in the name; padded, so that a listing is in order. The item
 * `NUMBERS#<name>` holds the last number that was given out.
 */
import { breaksInPath } from "../../contract/file-address.ts";
import { AppError } from "../../errors.ts";
import { joinFilePath, parseFileName } from "../file-names.ts";

const DIGITS = 6;
/** Far more than a session may hold files. */
export const LAST_NUMBER = 10 ** DIGITS - 1;
/** A file's name has room for 255. */
const MAX_NAME_BYTES = 255 - 1 - DIGITS;

/** A log's name as we keep it, or `path_not_allowed` with the reason. */
export function parseLogName(text: string): string {
  const name = parseFileName(text);
  const bytes = Buffer.byteLength(name);
  if (bytes <= MAX_NAME_BYTES && !breaksInPath(name)) return name;
  const reason =
    bytes > MAX_NAME_BYTES
      ? `it is longer than ${MAX_NAME_BYTES} bytes in UTF-8, namely ${bytes}`
      : "it holds a question mark or percent sign, which do not come through a URL's path";
  throw new AppError("path_not_allowed", `Cannot use ${JSON.stringify(name)} as the name of a log: ${reason}`);
}

/** Where the piece of this number lies. */
export function piecePath(name: string, number: number) {
  return joinFilePath("logs", `${name}.${String(number).padStart(DIGITS, "0")}`);
}

/** The number in a piece's file name; undefined for files that are no piece of this log. */
export function pieceNumber(name: string, fileName: string): number | undefined {
  if (!fileName.startsWith(`${name}.`)) return undefined;
  const digits = fileName.slice(name.length + 1);
  return digits.length === DIGITS && /^\d+$/.test(digits) ? Number(digits) : undefined;
}
