import { findByteOrderMark } from "../encoding/byte-order-mark.ts";
import { wideEncodingOf } from "../encoding/wide-text.ts";
import type { FileKind } from "../report.ts";
import { isWorkbook } from "./is-workbook.ts";

/** The kind of a binary file by its first bytes, or undefined where they may be text. */
export async function kindByMagic(bytes: Buffer, localPath: string, ending: string): Promise<FileKind | undefined> {
  const starts = (text: string, at = 0) => bytes.subarray(at, at + text.length).equals(Buffer.from(text, "latin1"));
  if (starts("PAR1")) return "parquet";
  if (starts("SQLite format 3\0") || starts("DUCK", 8)) return "database";
  if (starts("PK\u0003\u0004") || starts("PK\u0005\u0006")) return kindOfZip(localPath, ending);
  if (starts("7z\u00bc\u00af") || starts("Rar!") || starts("ustar", 257) || starts("BZh")) return "archive";
  return isBinary(bytes) ? "other" : undefined;
}

async function kindOfZip(localPath: string, ending: string): Promise<FileKind> {
  const isMeantAsWorkbook = ending === ".xlsx" || ending === ".xlsm"; // to be reported, not passed over
  return isMeantAsWorkbook || (await isWorkbook(localPath)) ? "workbook" : "archive";
}

/** More than a few control characters that no text has; UTF-16 and UTF-32 are full of zeros and are text. */
function isBinary(bytes: Buffer): boolean {
  const mark = findByteOrderMark(bytes);
  if ((mark !== undefined && mark.encoding !== "utf-8") || wideEncodingOf(bytes) !== undefined) return false;
  let control = 0;
  let zeros = 0;
  for (const byte of bytes) {
    if (byte === 0) zeros++;
    // tab to carriage return, and the separators 1 and 28 to 31, occur in tables
    else if (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 1 && byte < 28) control++;
  }
  return control > bytes.length * 0.02 || zeros > bytes.length * 0.05;
}
