import { isUtf8 } from "node:buffer";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDecoder } from "../encoding/create-decoder.ts";
import { WESTERN } from "../encoding/legacy-encoding.ts";
import type { DetectedEncoding } from "./detect-encoding.ts";
import { readPieces } from "./read-pieces.ts";

type TextForm = Pick<DetectedEncoding, "encoding" | "legacy" | "bomBytes">;

/**
 * Writes the file's text as UTF-8 without byte order mark; what cannot be decoded becomes U+FFFD, never nothing.
 * Answers how many of those there are.
 */
export async function transcodeToUtf8(path: string, detected: TextForm, target: string): Promise<number> {
  let undecoded = 0;
  async function* texts(): AsyncGenerator<string> {
    for await (const text of decodeFile(path, detected)) {
      undecoded += countUndecoded(text);
      yield text;
    }
  }
  await pipeline(Readable.from(texts()), createWriteStream(target));
  return undecoded;
}

function countUndecoded(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\ufffd"); at >= 0; at = text.indexOf("\ufffd", at + 1)) count++;
  return count;
}

/** The file's text piece by piece. A piece never ends within a character. */
export async function* decodeFile(path: string, { encoding, legacy, bomBytes }: TextForm): AsyncGenerator<string> {
  const decode = encoding === "mixed" ? createLineDecoder(legacy ?? WESTERN) : createDecoder(encoding);
  for await (const piece of readPieces(path, bomBytes)) yield decode(piece);
  yield decode();
}

function createLineDecoder(legacy: string): (bytes?: Buffer) => string {
  const decoder = new TextDecoder(legacy);
  let carry: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = bytes ? Buffer.concat([carry, bytes]) : carry;
    const cut = bytes ? all.lastIndexOf(10) + 1 : all.length;
    carry = Buffer.from(all.subarray(cut));
    return linesOf(all.subarray(0, cut))
      .map((line) => (isUtf8(line) ? line.toString("utf8") : decoder.decode(line)))
      .join("");
  };
}

function linesOf(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(10, start) + 1 || bytes.length;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}
