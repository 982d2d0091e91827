/** A piece as its record has it. */
export interface Piece {
  number: number;
  path: string;
  sizeBytes: number;
  writtenAt: Date;
}

/** A request lasts half a minute at most: whoever got a number and has written nothing by then never will. */
const PATIENCE_MS = 60_000;

/**
 * The pieces that a reader may have now, in order. A number that is missing may be an append still on its way, and a
 * reader that went past it would never see it: so he stops there, until it has come or is too late to come. `isFull`
 * says that it was the size of the answer that stopped him. Pure.
 */
export function readablePieces(
  pieces: readonly Piece[],
  { since, now, maxBytes }: { since: number; now: Date; maxBytes: number },
): { readable: Piece[]; isFull: boolean } {
  const readable: Piece[] = [];
  let expected = since + 1;
  let bytes = 0;
  for (const piece of pieces) {
    const isWaitedFor = piece.number !== expected && now.getTime() - piece.writtenAt.getTime() < PATIENCE_MS;
    bytes += piece.sizeBytes;
    const isFull = bytes > maxBytes && readable.length > 0;
    if (isWaitedFor || isFull) return { readable, isFull: !isWaitedFor };
    readable.push(piece);
    expected = piece.number + 1;
  }
  return { readable, isFull: false };
}
