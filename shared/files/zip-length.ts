import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";
import * as yauzl from "yauzl";

/** The signature of the record that ends a ZIP; 22 bytes and a comment of at most 65,535. */
const signature = Buffer.from("PK\u0005\u0006", "latin1");
const recordBytes = 22;
const tailBytes = 2 * (recordBytes + 65_535);

/**
 * How many bytes of a file are its ZIP, when others follow that are none of it: the line break with which a download
 * by form ends, say. Undefined when the ZIP ends where the file does, or there is none.
 */
export async function findZipLength(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - from), 0, size - from, from);
    const tail = buffer.subarray(0, bytesRead);
    const at = tail.lastIndexOf(signature);
    if (at < 0 || at + recordBytes > tail.length) return undefined;
    const end = from + at + recordBytes + tail.readUInt16LE(at + 20);
    return end < size ? end : undefined;
  } finally {
    await file.close();
  }
}

/** The first bytes of a file, as if it ended there. */
export class FileStart extends yauzl.RandomAccessReader {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return createReadStream(this.#path, { start, end: end - 1 });
  }
}
