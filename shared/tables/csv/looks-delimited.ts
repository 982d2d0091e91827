import { isUtf8 } from "node:buffer";
import { findByteOrderMark } from "../encoding/byte-order-mark.ts";
import { createDecoder } from "../encoding/create-decoder.ts";
import { wideEncodingOf } from "../encoding/wide-text.ts";
import { isBlank, parseRecords } from "./parse-records.ts";
import { commonestWidth } from "./record-shape.ts";
import { sniffDialect } from "./sniff-dialect.ts";

/** Separators that one finds in tables and hardly ever so regularly in prose. */
const USUAL_DELIMITERS = new Set([",", ";", "\t", "|"]);

/** True where text without a telling name is clearly a table: several records, nearly all equally wide. */
export function looksDelimited(bytes: Buffer, isWhole: boolean): boolean {
  const text = decodeHead(bytes);
  const { dialect, score } = sniffDialect(text);
  if (!USUAL_DELIMITERS.has(dialect.delimiter) || score < 0.4) return false;
  const records = [...parseRecords(text, dialect)].filter((record) => !isBlank(record));
  if (!isWhole) records.pop();
  const { width, share } = commonestWidth(records);
  // Two cells per line may be a sentence with its comma; with few lines chance is enough for that.
  return width >= 2 && records.length >= (width === 2 ? 4 : 2) && share >= 0.9;
}

function decodeHead(bytes: Buffer): string {
  const mark = findByteOrderMark(bytes);
  const wide = mark === undefined ? wideEncodingOf(bytes) : mark.encoding;
  if (wide !== undefined && wide !== "utf-8") return createDecoder(wide)(bytes.subarray(mark?.bytes ?? 0));
  // The head may end within a character; its last bytes do not matter here.
  const isText = isUtf8(bytes.subarray(0, bytes.lastIndexOf(10) + 1));
  return new TextDecoder(isText ? "utf-8" : "windows-1252").decode(bytes);
}
