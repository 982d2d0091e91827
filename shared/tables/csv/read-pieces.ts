import { open } from "node:fs/promises";

const PIECE_BYTES = 1024 * 1024;

/** The bytes of a file from an offset on. Each piece is valid until the next one is asked for: one buffer serves all. */
export async function* readPieces(path: string, offset = 0): AsyncGenerator<Buffer> {
  await using file = await open(path);
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  for (let position = offset; ; ) {
    const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, position);
    if (bytesRead === 0) return;
    position += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
