import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { ConversionError } from "../conversion-error.ts";
import { createUnpacker, type Packing } from "./read-head.ts";

export interface UnpackOptions {
  /** The file may end anywhere: what is there of gzip is given without an error at its end. */
  mayBeCut?: boolean;
}

/**
 * What is in a packed file, piece by piece, to the end of the last of its frames. Throws `unreadable_text` where it is
 * damaged, or cut off and must not be.
 *
 * A zstd file may be several frames one after the other, as parallel packers write it. Node's stream ends with the first
 * of them and says nothing of the others, unlike the one for gzip.
 */
export async function* unpackedPieces(
  path: string,
  packing: Packing,
  options: UnpackOptions = {},
): AsyncGenerator<Buffer> {
  const { size } = await stat(path);
  try {
    for (let from = 0; from < size; ) {
      const unpacker = createUnpacker(packing, options);
      yield* unpackFrom(path, from, unpacker);
      if (unpacker.bytesWritten === 0) throw new Error("A frame has no bytes");
      from = packing === "gzip" ? size : from + unpacker.bytesWritten;
    }
  } catch (error) {
    if (error instanceof ConversionError) throw error;
    throw new ConversionError("unreadable_text", "Its compressed content is damaged or cut off", { cause: error });
  }
}

async function* unpackFrom(
  path: string,
  start: number,
  unpacker: ReturnType<typeof createUnpacker>,
): AsyncGenerator<Buffer> {
  const packed = createReadStream(path, { start });
  packed.on("error", (error) => unpacker.destroy(error));
  unpacker.on("error", () => {}); // thrown by the loop; a late one must not end the process
  packed.pipe(unpacker);
  try {
    for await (const piece of unpacker) yield piece;
  } finally {
    packed.destroy();
  }
}
