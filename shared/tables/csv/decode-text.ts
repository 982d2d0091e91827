import { isUtf8 } from "node:buffer";
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { DetectedEncoding, Encoding } from "./detect-encoding.ts";
import { readPieces } from "./read-pieces.ts";

/** Writes the file's text as UTF-8 without byte order mark; what cannot be decoded becomes U+FFFD, never nothing. */
export async function transcodeToUtf8(path: string, detected: DetectedEncoding, target: string): Promise<void> {
  await pipeline(Readable.from(decodeFile(path, detected)), createWriteStream(target));
}

/** The file's text piece by piece. A piece never ends within a character. */
export async function* decodeFile(path: string, { encoding, bomBytes }: DetectedEncoding): AsyncGenerator<string> {
  const decode = createDecoder(encoding);
  for await (const piece of readPieces(path, bomBytes)) yield decode(piece);
  yield decode();
}

/** A function from bytes to text; called without bytes it gives what is left over. */
function createDecoder(encoding: Encoding): (bytes?: Buffer) => string {
  if (encoding === "mixed") return createLineDecoder();
  // The byte order mark is cut off already, and a second one would be a character of the text.
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes) => (bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode());
}

function createLineDecoder(): (bytes?: Buffer) => string {
  const western = new TextDecoder("windows-1252");
  let carry: Buffer = Buffer.alloc(0);
  return (bytes) => {
    const all = bytes ? Buffer.concat([carry, bytes]) : carry;
    const cut = bytes ? all.lastIndexOf(10) + 1 : all.length;
    carry = Buffer.from(all.subarray(cut));
    return linesOf(all.subarray(0, cut))
      .map((line) => (isUtf8(line) ? line.toString("utf8") : western.decode(line)))
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
