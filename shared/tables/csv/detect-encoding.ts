import { isAscii, isUtf8 } from "node:buffer";
import { findByteOrderMark } from "../encoding/byte-order-mark.ts";
import { ForeignWords } from "../encoding/foreign-words.ts";
import { guessLegacyEncoding, WESTERN } from "../encoding/legacy-encoding.ts";
import { wideEncodingOf } from "../encoding/wide-text.ts";
import { readBlocks } from "./read-blocks.ts";
import { readPieces } from "./read-pieces.ts";

/** How the text of a file is written. */
export interface DetectedEncoding {
  /**
   * A name of the WHATWG's Encoding Standard, `utf-32le` or `utf-32be`, or `mixed`: UTF-8 in some lines and `legacy` in others, as when two
   * exports were joined. Read line by line, nothing of it is lost.
   */
  encoding: string;
  /** The encoding of the lines of `mixed` text that are not UTF-8. */
  legacy?: string;
  /** Bytes of the byte order mark at the beginning. */
  bomBytes: number;
  /** What in the file speaks for it. */
  evidence: string;
  /** Other encodings in which it would make nearly as much sense, and read otherwise. */
  rivals: readonly string[];
}

/**
 * Decides by every byte, not by a sample: one `é` in the last line of a gigabyte is enough to break a reader that
 * was told UTF-8.
 */
export async function detectEncoding(path: string): Promise<DetectedEncoding> {
  const head = await firstPiece(path);
  const mark = findByteOrderMark(head);
  const marked = {
    encoding: mark?.encoding ?? "",
    evidence: "byte order mark",
    rivals: [],
    bomBytes: mark?.bytes ?? 0,
  };
  if (mark?.encoding === "utf-8") {
    const found = await detectNarrow(path);
    return found.encoding === "utf-8" ? marked : { ...found, bomBytes: mark.bytes };
  }
  if (mark !== undefined) return marked;
  const wide = wideEncodingOf(head);
  if (wide === undefined) return { ...(await detectNarrow(path)), bomBytes: 0 };
  const evidence = wide.startsWith("utf-32") ? "four bytes a character" : "two bytes a character";
  return { encoding: wide, evidence, rivals: [], bomBytes: 0 };
}

async function firstPiece(path: string): Promise<Buffer> {
  for await (const piece of readPieces(path)) return Buffer.from(piece.subarray(0, 64 * 1024));
  return Buffer.alloc(0);
}

const MAX_LINE_BYTES = 2 ** 24;
/** By chance a line of another encoding is UTF-8 now and then, if it has but a character or two beyond ASCII. */
const CHANCE = 0.1;

async function detectNarrow(path: string): Promise<Omit<DetectedEncoding, "bomBytes">> {
  const lines: Lines = { utf8: 0, other: 0, foreign: new ForeignWords() };
  await readBlocks(path, 0, (bytes, isLast) => {
    // Whole lines, so that no character is cut; a line that does not end is looked at as it comes.
    const lastBreak = bytes.lastIndexOf(10) + 1;
    const cut = isLast || (lastBreak === 0 && bytes.length > MAX_LINE_BYTES) ? bytes.length : lastBreak;
    countLines(bytes.subarray(0, cut), lines);
    return cut;
  });
  const { utf8, other, foreign } = lines;
  if (other === 0) return { encoding: "utf-8", evidence: utf8 > 0 ? "every byte" : "ASCII only", rivals: [] };
  const guess = await guessLegacyEncoding(foreign);
  if (utf8 === 0 || (guess.encoding !== WESTERN && utf8 < other * CHANCE)) return guess;
  const evidence = `${other} ${other === 1 ? "line is" : "lines are"} not UTF-8, others are`;
  return { encoding: "mixed", legacy: guess.encoding, evidence, rivals: guess.rivals };
}

interface Lines {
  utf8: number;
  other: number;
  foreign: ForeignWords;
}

/** Counts the lines that hold more than ASCII, by whether they are UTF-8; whole pieces of UTF-8 count as one. */
function countLines(bytes: Buffer, lines: Lines): void {
  if (isUtf8(bytes)) {
    if (lines.utf8 === 0 && !isAscii(bytes)) lines.utf8 = 1;
    return;
  }
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length;
    const line = bytes.subarray(start, end);
    if (!isUtf8(line)) {
      lines.other++;
      lines.foreign.add(line);
    } else if (!isAscii(line)) lines.utf8++;
    start = end;
  }
}
