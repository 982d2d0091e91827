import { open } from "node:fs/promises";
import type { Dialect } from "./dialect.ts";

const PIECE_BYTES = 64 * 1024;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * Counts the records of separators alone at the end of a file whose records are in order: rows that a spreadsheet
 * remembers although somebody emptied them. Reads backwards, and no further than to the last byte that is more.
 *
 * Such a line cannot be within quotes: these would have to close behind it.
 */
export async function countEmptyEnd(path: string, { delimiter }: Dialect, from: number): Promise<number> {
  if (delimiter.length !== 1 || delimiter.trim() === "") return 0;
  const separator = delimiter.charCodeAt(0);
  await using file = await open(path);
  let end = (await file.stat()).size;
  let records = 0;
  let hasSeparator = false;
  while (end > from) {
    const start = Math.max(from, end - PIECE_BYTES);
    const { buffer } = await file.read(Buffer.alloc(end - start), 0, end - start, start);
    for (let at = buffer.length - 1; at >= 0; at--) {
      const byte = buffer[at];
      if (byte === separator) hasSeparator = true;
      else if (byte === LINE_FEED) {
        if (hasSeparator) records++;
        hasSeparator = false;
      } else if (byte !== CARRIAGE_RETURN) return records;
    }
    end = start;
  }
  return records + (hasSeparator ? 1 : 0);
}
