import { open } from "node:fs/promises";
import { constants, createGunzip, createZstdDecompress } from "node:zlib";

const HEAD_BYTES = 64 * 1024;

/** How the bytes are packed, by their first ones. */
export type Packing = "gzip" | "zstd";

export interface Head {
  /** The first bytes, unpacked. */
  bytes: Buffer;
  /** There are no more than these. */
  isWhole: boolean;
}

export function packingOf(bytes: Uint8Array): Packing | undefined {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return "gzip";
  const isZstd = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
  return isZstd ? "zstd" : undefined;
}

/** The beginning of a file, of its content where it is packed by gzip or zstd. */
export async function readHead(path: string): Promise<Head> {
  await using file = await open(path);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const bytes = buffer.subarray(0, bytesRead);
  const packing = packingOf(bytes);
  if (packing === undefined) return { bytes, isWhole: bytesRead < HEAD_BYTES };
  return { bytes: await unpackStart(bytes, packing), isWhole: false };
}

/** Unpacks what there is of the beginning; a stream cut off is not an error here. */
async function unpackStart(packed: Buffer, packing: Packing): Promise<Buffer> {
  const stream = createUnpacker(packing);
  stream.on("error", () => {}); // the loop below throws it; without a listener a late one would end the process
  stream.end(packed);
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of stream) {
      pieces.push(piece);
      length += piece.length;
      if (length >= HEAD_BYTES) break;
    }
  } catch {
    // what came before the damage says enough about the kind
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

export function createUnpacker(packing: Packing) {
  return packing === "gzip" ? createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }) : createZstdDecompress();
}
