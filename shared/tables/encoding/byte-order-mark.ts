import type { WideEncoding } from "./wide-text.ts";

export interface ByteOrderMark {
  encoding: "utf-8" | WideEncoding;
  bytes: number;
}

/** UTF-32 first: with its low byte first its mark begins like that of UTF-16, and no text begins with a NUL. */
const marks: readonly [ByteOrderMark["encoding"], readonly number[]][] = [
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
];

/** What the text says of its own encoding, by its first bytes. */
export function findByteOrderMark(head: Uint8Array): ByteOrderMark | undefined {
  const found = marks.find(([, mark]) => mark.every((byte, index) => head[index] === byte));
  return found && { encoding: found[0], bytes: found[1].length };
}
