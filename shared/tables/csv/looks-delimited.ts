import { isUtf8 } from "node:buffer";
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
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  const wide = wideEncodingOf(bytes);
  if (wide !== undefined) return new TextDecoder(wide).decode(bytes);
  // The head may end within a character; its last bytes do not matter here.
  const isText = isUtf8(bytes.subarray(0, bytes.lastIndexOf(10) + 1));
  return new TextDecoder(isText ? "utf-8" : "windows-1252").decode(bytes);
}
