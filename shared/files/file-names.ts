import { type Folder, folder } from "../contract/file.ts";
import { AppError } from "../errors.ts";

/** The fixed places in a session, as the contract has them. There are no folders inside these. */
export const folders: readonly Folder[] = folder.options;

/** A file's address in its session, taken apart. */
export interface FilePath {
  folder: Folder;
  name: string;
  /** `folder/name`, with the name as we keep it. */
  path: string;
}

/** What file systems take for one name; an object key has room for it behind our longest prefix (1,024). */
const maxNameBytes = 255;

/** Cc is C0, DEL and C1. The two Unicode line separators are not, but break logs and headers just the same. */
const controlCharacters = /[\p{Cc}\u2028\u2029]/u;

/** A file name as we keep it (NFC, otherwise as it came), or `path_not_allowed` with the reason. */
export function parseFileName(text: string): string {
  const reason = findReasonAgainst(text);
  if (reason !== undefined) throw refuse(text, "file name", reason);
  return text.normalize("NFC");
}

/** `folder/name` taken apart, or `path_not_allowed` with the reason. */
export function parseFilePath(text: string): FilePath {
  const found = folders.find((candidate) => text.startsWith(`${candidate}/`));
  if (found === undefined) throw refuse(text, "path", `it does not begin with one of ${folders.join(", ")}`);
  return joinFilePath(found, text.slice(found.length + 1));
}

/** A folder and a name put together, or `path_not_allowed` with the reason. */
export function joinFilePath(folder: string, name: string): FilePath {
  if (!isFolder(folder)) throw refuse(folder, "folder", `it is not one of ${folders.join(", ")}`);
  const kept = parseFileName(name);
  return { folder, name: kept, path: `${folder}/${kept}` };
}

/** True for the name of one of the fixed folders. */
export function isFolder(text: string): text is Folder {
  return folders.some((known) => known === text);
}

function findReasonAgainst(text: string): string | undefined {
  if (text.trim() === "") return "it is empty";
  if (text === "." || text === "..") return "it means a folder";
  const separator = /[/\\]/.exec(text);
  if (separator !== null) return `it holds a path separator, ${separator[0]}`;
  const control = controlCharacters.exec(text);
  if (control !== null) return `it holds control characters, ${codePointOf(control[0])} for one`;
  if (!text.isWellFormed()) return "it is not valid Unicode: half of a surrogate pair is missing";
  // Measured as kept: NFC can be longer than what came in, a few characters decompose under it.
  const bytes = Buffer.byteLength(text.normalize("NFC"));
  if (bytes > maxNameBytes) return `it is longer than ${maxNameBytes} bytes in UTF-8, namely ${bytes}`;
  return undefined;
}

/** `U+0007` */
function codePointOf(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `U+${hex.padStart(4, "0")}`;
}

function refuse(text: string, what: string, reason: string): AppError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new AppError("path_not_allowed", `Cannot use ${JSON.stringify(shown)} as a ${what}: ${reason}`);
}
