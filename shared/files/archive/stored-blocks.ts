/** The most that one block of DEFLATE's stored kind can hold. */
const BLOCK_BYTES = 65_535;

/**
 * Bytes as a DEFLATE stream of stored blocks: not smaller (5 bytes more for every 64 KiB), but readable from the front.
 * A stored ZIP entry whose checksum follows has no end that a reader could see; Java's ZipInputStream refuses such
 * archives. Blocks are cut at fixed places, so that the same bytes come out the same, however they arrive.
 */
export async function* inStoredBlocks(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (let chunk of body) {
    // The last block must be marked, so a full one waits until it is known not to be the last.
    while (bytes + chunk.length > BLOCK_BYTES) {
      const fitting = chunk.subarray(0, BLOCK_BYTES - bytes);
      yield Buffer.concat([blockHeader(BLOCK_BYTES, false), ...pieces, fitting]);
      chunk = chunk.subarray(fitting.length);
      pieces = [];
      bytes = 0;
    }
    if (chunk.length > 0) pieces.push(chunk);
    bytes += chunk.length;
  }
  yield Buffer.concat([blockHeader(bytes, true), ...pieces]);
}

function blockHeader(bytes: number, isLast: boolean): Buffer {
  const header = Buffer.alloc(5);
  header.writeUInt8(isLast ? 1 : 0, 0);
  header.writeUInt16LE(bytes, 1);
  header.writeUInt16LE(~bytes & 0xffff, 3);
  return header;
}
