import { open } from "node:fs/promises";

const BLOCK_BYTES = 256 * 1024;

/**
 * Takes what it can use from the front of `bytes`, which are valid during the call only, and answers how many bytes
 * that was. The rest comes again, with more behind it. Answers undefined to have no more.
 */
export type TakeBytes = (bytes: Buffer, isLast: boolean) => number | undefined;

/** Hands over the bytes of a file from an offset on. The block grows as long as nothing of it is used. */
export async function readBlocks(path: string, offset: number, take: TakeBytes): Promise<void> {
  await using file = await open(path);
  let block = Buffer.allocUnsafe(BLOCK_BYTES);
  let kept = 0;
  for (let position = offset; ; ) {
    if (kept === block.length) block = Buffer.concat([block, Buffer.allocUnsafe(kept)]);
    const { bytesRead } = await file.read(block, kept, block.length - kept, position);
    position += bytesRead;
    const bytes = block.subarray(0, kept + bytesRead);
    const used = take(bytes, bytesRead === 0);
    if (used === undefined || bytesRead === 0) return;
    block.copyWithin(0, used, bytes.length);
    kept = bytes.length - used;
  }
}
