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
  const isFrame = bytes[0] === 0x28 && bytes[1] === 0xb5 && bytes[2] === 0x2f && bytes[3] === 0xfd;
  // Parallel packers begin with a frame that is to be skipped.
  const isSkipped = ((bytes[0] ?? 0) & 0xf0) === 0x50 && bytes[1] === 0x2a && bytes[2] === 0x4d && bytes[3] === 0x18;
  return isFrame || isSkipped ? "zstd" : undefined;
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

/** Unpacks what there is of the beginning, frame by frame; a stream cut off is not an error here. */
async function unpackStart(packed: Buffer, packing: Packing): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for (let from = 0; from < packed.length && length < HEAD_BYTES; ) {
    const stream = createUnpacker(packing, { mayBeCut: true });
    stream.on("error", () => {}); // the loop below throws it; without a listener a late one would end the process
    stream.end(packed.subarray(from));
    try {
      for await (const piece of stream) {
        pieces.push(piece);
        length += piece.length;
        if (length >= HEAD_BYTES) break;
      }
    } catch {
      break; // what came before the damage says enough about the kind
    }
    from = packing === "gzip" || stream.bytesWritten === 0 ? packed.length : from + stream.bytesWritten;
  }
  return Buffer.concat(pieces).subarray(0, HEAD_BYTES);
}

/** Of one frame, where it is zstd. `mayBeCut`: the end of what there is of gzip is no error. */
export function createUnpacker(packing: Packing, { mayBeCut = false } = {}) {
  if (packing === "zstd") return createZstdDecompress();
  return createGunzip(mayBeCut ? { finishFlush: constants.Z_SYNC_FLUSH } : {});
}
