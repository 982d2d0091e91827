import { createReadStream, createWriteStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createZstdDecompress, type Gunzip, type ZstdDecompress } from "node:zlib";
import { ConversionError } from "../conversion-error.ts";
import { packingOf } from "./read-head.ts";

/** As much as an archive may expand to; a gigabyte of zeros packs into a megabyte. */
export const MAX_UNPACKED_BYTES = 1024 ** 3;

/** Writes the content of a gzip or zstd file to `target`; answers the path to read, the file itself if not packed. */
export async function unpackFile(path: string, target: string): Promise<string> {
  const packing = packingOf(await firstBytes(path));
  if (packing === undefined) return path;
  try {
    if (packing === "gzip")
      await unpackFrom(path, 0, { unpacker: createGunzip(), target, mostBytes: MAX_UNPACKED_BYTES });
    else await unpackFrames(path, target);
  } catch (error) {
    if (error instanceof ConversionError) throw error;
    throw new ConversionError("unreadable_text", "Its compressed content is damaged or cut off", { cause: error });
  }
  return target;
}

/**
 * A zstd file may be several frames one after the other, as parallel packers write it. Node's stream ends with the first
 * of them and says nothing of the others, unlike the one for gzip.
 */
async function unpackFrames(path: string, target: string): Promise<void> {
  const { size } = await stat(path);
  for (let from = 0, unpacked = 0; from < size; ) {
    const unpacker = createZstdDecompress();
    unpacked += await unpackFrom(path, from, { unpacker, target, mostBytes: MAX_UNPACKED_BYTES - unpacked });
    if (unpacker.bytesWritten === 0) throw new Error("A frame has no bytes");
    from += unpacker.bytesWritten;
  }
}

interface Unpacking {
  unpacker: Gunzip | ZstdDecompress;
  target: string;
  mostBytes: number;
}

/** Writes what is packed from there on behind what is in `target`; answers how many bytes. */
async function unpackFrom(path: string, start: number, { unpacker, target, mostBytes }: Unpacking): Promise<number> {
  const written = createWriteStream(target, { flags: start === 0 ? "w" : "a" });
  await pipeline(createReadStream(path, { start }), unpacker, atMost(mostBytes), written);
  return written.bytesWritten;
}

async function firstBytes(path: string): Promise<Buffer> {
  await using file = await open(path);
  const { buffer } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer;
}

function atMost(bytes: number): Transform {
  let total = 0;
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      total += piece.length;
      if (total <= bytes) return done(null, piece);
      done(new ConversionError("too_large", `It expands to more than ${MAX_UNPACKED_BYTES / 2 ** 20} MB`));
    },
  });
}
