import { open } from "node:fs/promises";

const TAIL_BYTES = 32 * 1024;

/** The last lines of a text of UTF-8, not before an offset in bytes. The first of them may be the end of a record. */
export async function readTail(path: string, offset: number): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  const start = Math.max(offset, size - TAIL_BYTES);
  const { buffer } = await file.read(Buffer.alloc(Math.max(0, size - start)), 0, Math.max(0, size - start), start);
  return (start === offset ? buffer : buffer.subarray(buffer.indexOf(10) + 1)).toString("utf8");
}
