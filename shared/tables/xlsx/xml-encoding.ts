import type { Readable } from "node:stream";
import { TextDecoder } from "node:util";
import { unreadable } from "./unreadable.ts";

/** The bytes of an XML part as UTF-8 without a byte order mark. All but a very few parts are so already. */
export async function* toUtf8(part: Readable): AsyncGenerator<Buffer> {
  let decoder: TextDecoder | undefined;
  let isFirst = true;
  for await (const chunk of part as AsyncIterable<Buffer>) {
    if (isFirst) decoder = findDecoder(chunk);
    if (decoder !== undefined) yield Buffer.from(decoder.decode(chunk, { stream: true }));
    else yield isFirst ? withoutMark(chunk) : chunk;
    isFirst = false;
  }
}

function findDecoder(head: Buffer): TextDecoder | undefined {
  // By its mark, or by how its first "<" is written.
  const start = head.length < 2 ? 0 : head.readUInt16BE(0);
  if (start === 0xfffe || start === 0x3c00) return new TextDecoder("utf-16le");
  if (start === 0xfeff || start === 0x003c) return new TextDecoder("utf-16be");
  const declared = /^[^<]{0,3}<\?xml[^>]*?encoding=["']([^"']+)["']/.exec(head.toString("latin1", 0, 200))?.[1];
  if (declared === undefined || /^(utf-?8|us-ascii)$/i.test(declared)) return undefined;
  try {
    return new TextDecoder(declared);
  } catch (error) {
    throw unreadable(`it is written in the unknown encoding ${JSON.stringify(declared)}`, error);
  }
}

function withoutMark(chunk: Buffer): Buffer {
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? chunk.subarray(3) : chunk;
}
