import { isAscii, isUtf8 } from "node:buffer";
import { readBlocks } from "./read-blocks.ts";
import { readPieces } from "./read-pieces.ts";

/**
 * How the text of a file is written. `mixed` is a file that is UTF-8 in some lines and Windows-1252 in others, as
 * when two exports were joined: read line by line, nothing of it is lost.
 */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "mixed";

export interface DetectedEncoding {
  encoding: Encoding;
  /** Bytes of the byte order mark at the beginning. */
  bomBytes: number;
}

/**
 * Decides by every byte, not by a sample: one `é` in the last line of a gigabyte is enough to break a reader that
 * was told UTF-8.
 */
export async function detectEncoding(path: string): Promise<DetectedEncoding> {
  const head = await firstPiece(path);
  if (startsWith(head, 0xef, 0xbb, 0xbf)) return { encoding: await utf8Or1252(path), bomBytes: 3 };
  if (startsWith(head, 0xff, 0xfe)) return { encoding: "utf-16le", bomBytes: 2 };
  if (startsWith(head, 0xfe, 0xff)) return { encoding: "utf-16be", bomBytes: 2 };
  return { encoding: utf16WithoutMark(head) ?? (await utf8Or1252(path)), bomBytes: 0 };
}

async function firstPiece(path: string): Promise<Buffer> {
  for await (const piece of readPieces(path)) return Buffer.from(piece.subarray(0, 64 * 1024));
  return Buffer.alloc(0);
}

function startsWith(bytes: Buffer, ...start: number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

/** Western text in UTF-16 has a zero in every other byte, hardly any in the others. */
function utf16WithoutMark(head: Buffer): Encoding | undefined {
  const zeros = [0, 0];
  for (const [index, byte] of head.entries()) if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const half = head.length / 2;
  if (odd > half * 0.6 && even < half * 0.1) return "utf-16le";
  return even > half * 0.6 && odd < half * 0.1 ? "utf-16be" : undefined;
}

const MAX_LINE_BYTES = 2 ** 24;

async function utf8Or1252(path: string): Promise<Encoding> {
  const lines = { utf8: 0, other: 0 };
  await readBlocks(path, 0, (bytes, isLast) => {
    // Whole lines, so that no character is cut; a line that does not end is looked at as it comes.
    const lastBreak = bytes.lastIndexOf(10) + 1;
    const cut = isLast || (lastBreak === 0 && bytes.length > MAX_LINE_BYTES) ? bytes.length : lastBreak;
    countLines(bytes.subarray(0, cut), lines);
    return cut;
  });
  if (lines.other === 0) return "utf-8";
  return lines.utf8 > 0 ? "mixed" : "windows-1252";
}

/** Counts the lines that hold more than ASCII, by whether they are UTF-8; whole pieces of UTF-8 count as one. */
function countLines(bytes: Buffer, lines: { utf8: number; other: number }): void {
  if (isUtf8(bytes)) {
    if (lines.utf8 === 0 && !isAscii(bytes)) lines.utf8 = 1;
    return;
  }
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length;
    const line = bytes.subarray(start, end);
    if (!isUtf8(line)) lines.other++;
    else if (!isAscii(line)) lines.utf8++;
    start = end;
  }
}
