import { createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { ConversionError } from "../conversion-error.ts";
import { type Packing, packingOf } from "./read-head.ts";
import { unpackedPieces } from "./unpacked-pieces.ts";

/** As much as an archive may expand to; a gigabyte of zeros packs into a megabyte. */
export const MAX_UNPACKED_BYTES = 1024 ** 3;

/** Writes the content of a gzip or zstd file to `target`; answers the path to read, the file itself if not packed. */
export async function unpackFile(path: string, target: string): Promise<string> {
  const packing = await packingOfFile(path);
  if (packing === undefined) return path;
  await pipeline(unpackedPieces(path, packing), atMost(MAX_UNPACKED_BYTES), createWriteStream(target));
  return target;
}

/** How the file is packed, if it is. */
export async function packingOfFile(path: string): Promise<Packing | undefined> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return packingOf(buffer);
}

function atMost(bytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      total += piece.length;
      if (total <= bytes) return done(null, piece);
      done(new ConversionError("too_large", `It expands to more than ${bytes / 2 ** 20} MB`));
    },
  });
}
