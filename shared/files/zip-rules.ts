import { isUtf8 } from "node:buffer";
import { type Entry, getFileNameLowLevel } from "yauzl";
import { AppError } from "../errors.ts";

/** What an archive can break; stands in the `rule` of a refusal. */
export type ZipRule =
  | "damaged"
  | "too_many_entries"
  | "too_large"
  | "overlap"
  | "encrypted"
  | "method"
  | "name"
  | "duplicate"
  | "not_a_file"
  | "size"
  | "checksum";

/** `archive_refused`, naming the entry and the rule it breaks. */
export function refuseArchive(rule: ZipRule, reason: string, entry?: string, cause?: unknown): AppError {
  const where = entry === undefined ? "" : ` entry ${JSON.stringify(entry.slice(0, 200))}:`;
  return new AppError("archive_refused", `Cannot unpack the archive:${where} ${reason}`, {
    cause,
    details: { rule, ...(entry !== undefined && { entry }) },
  });
}

/**
 * An entry's name as we read it: UTF-8 where it is marked or valid, else the code page of DOS.
 *
 * Many tools write UTF-8 without marking it, and text in another code page is next to never valid UTF-8.
 */
export function decodeEntryName(entry: Entry): string {
  const raw = entry.fileNameRaw;
  const isMarked = (entry.generalPurposeBitFlag & 0x800) !== 0;
  if (isMarked) {
    if (!isUtf8(raw)) throw refuseArchive("name", "its name is not valid UTF-8", raw.toString("latin1"));
    return raw.toString("utf8").normalize("NFC");
  }
  const unicodePath = getFileNameLowLevel(0, raw, entry.extraFields, true);
  const isPlain = unicodePath === getFileNameLowLevel(0, raw, [], true);
  return (isPlain && isUtf8(raw) ? raw.toString("utf8") : unicodePath).normalize("NFC");
}

/** Why a name cannot be that of a file inside an archive. */
export function findNameFault(name: string): string | undefined {
  if (name === "") return "it has no name";
  if (/\p{Cc}/u.test(name) || !name.isWellFormed()) return "its name holds control characters";
  if (name.includes("\\")) return "its name holds a backslash";
  if (name.startsWith("/") || /^[a-zA-Z]:/.test(name)) return "its name is an absolute path";
  const segments = name.replace(/\/$/, "").split("/");
  if (segments.includes("..")) return "its name leads out of the archive";
  if (segments.includes("") || segments.includes(".")) return "its name has an empty part";
  if (segments.some((segment) => Buffer.byteLength(segment) > 255)) return "its name is longer than 255 bytes";
  return undefined;
}

/** Refuses an entry that is not a plain file or folder, or that we could not read back. */
export function checkEntryKind(entry: Entry, name: string): void {
  const fileType = (entry.externalFileAttributes >>> 16) & 0xf000;
  const isFolder = name.endsWith("/");
  // Bits 0 and 6: encrypted; bit 13: central directory masked.
  if ((entry.generalPurposeBitFlag & 0x2041) !== 0) throw refuseArchive("encrypted", "it is encrypted", name);
  if (fileType === 0xa000) throw refuseArchive("not_a_file", "it is a link", name);
  if (fileType !== 0 && fileType !== (isFolder ? 0x4000 : 0x8000)) {
    throw refuseArchive("not_a_file", "it is neither a file nor a folder", name);
  }
  if (isFolder && entry.uncompressedSize !== 0) throw refuseArchive("not_a_file", "it is a folder with content", name);
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw refuseArchive("method", `it is packed by method ${entry.compressionMethod}, not stored or deflated`, name);
  }
  if (entry.compressionMethod === 0 && entry.compressedSize !== entry.uncompressedSize) {
    throw refuseArchive("size", "it is stored, yet its two sizes differ", name);
  }
}

/** True for what macOS and Windows leave behind, which nobody means to send. */
export function isClutter(name: string): boolean {
  if (name.startsWith("__MACOSX/")) return true;
  return [".ds_store", "thumbs.db"].includes(name.slice(name.lastIndexOf("/") + 1).toLowerCase());
}
