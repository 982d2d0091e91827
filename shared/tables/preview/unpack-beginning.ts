import { truncate, stat, open } from "node:fs/promises";
import { type Packing, packingOf } from "../kinds/read-head.ts";
import { unpackedPieces } from "../kinds/unpacked-pieces.ts";
import type { Beginning } from "./beginning.ts";

/**
 * Unpacks as much of a file as is wanted, also of one that was cut off; answers the path to read. Text that is not
 * packed and longer than wanted is cut where it lies: it is a copy.
 */
export function unpackBeginning(beginning: Beginning): (path: string, target: string) => Promise<string> {
  return async (path, target) => {
    const head = await firstBytes(path);
    const packing = packingOf(head);
    if (packing !== undefined) {
      await unpack(path, target, { beginning, packing });
      return target;
    }
    if (isIndivisible(head) || (await stat(path)).size <= beginning.maxBytes) return path;
    await truncate(path, beginning.maxBytes);
    beginning.isWhole = false;
    return path;
  };
}

/** Zip and Parquet keep at their end what is where in them. */
export function isIndivisible(head: Uint8Array): boolean {
  const start = Buffer.from(head.subarray(0, 4)).toString("latin1");
  return start.startsWith("PK") || start === "PAR1";
}

async function firstBytes(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.subarray(0, bytesRead);
}

async function unpack(
  path: string,
  target: string,
  { beginning, packing }: { beginning: Beginning; packing: Packing },
): Promise<void> {
  await using file = await open(target, "w");
  let length = 0;
  try {
    for await (const piece of unpackedPieces(path, packing, { mayBeCut: !beginning.isWhole })) {
      const rest = beginning.maxBytes - length;
      await file.write(piece.subarray(0, rest));
      length += piece.length;
      if (piece.length < rest) continue;
      beginning.isWhole = false;
      break;
    }
  } catch (error) {
    // Of a file that was cut off there is an end to what can be unpacked; damage in a whole one is for the report.
    if (beginning.isWhole || length === 0) throw error;
  }
}
