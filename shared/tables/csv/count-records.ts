import type { CellProof } from "../types/type-rule.ts";
import type { BareCells } from "./bare-cells.ts";
import { CellCounter } from "./cell-counter.ts";
import type { Dialect } from "./dialect.ts";
import { readBlocks } from "./read-blocks.ts";

/** What is in the file by our own count, to hold against what DuckDB made of it. */
export interface RecordCount {
  records: number;
  blankLines: number;
  /** Cells per column that are not empty. */
  filled: number[];
  nulBytes: number;
  /** Bytes of the longest record. */
  longest: number;
  /** Why a strict reader would stumble: the count ends there. */
  irregular?: string;
}

export interface ProvenCount extends RecordCount {
  /** Per column with a proof that did not hold for all cells: the first cell for which it did not. */
  refutations: ReadonlyMap<number, string>;
  /** Cells in quotes, by column. */
  quoted: number[];
  /** Per column, the cells below its first quoted one that stand without quotes. */
  bare: BareCells;
}

export interface CountOptions {
  width: number;
  /** Where in the file the first record begins, in bytes. */
  offset: number;
  /** Per column what is claimed of each of its cells that is not empty. */
  proofs?: readonly (CellProof | undefined)[];
}

/** True where the counter knows the dialect; for others the tolerant reader counts. */
export function canCount({ delimiter, quote, skipInitialSpace, newline }: Dialect): boolean {
  const isByte = (text: string) => text.length <= 1 && (text === "" || text.charCodeAt(0) < 128);
  return isByte(delimiter) && isByte(quote) && !skipInitialSpace && newline !== "\r";
}

/**
 * Counts records and cells of UTF-8 text from a byte offset on, over every byte, with no code in common with DuckDB's
 * reader: the independent half of the loss check. On the way it proves what is claimed of the columns' cells. Stops at
 * the first thing that is not in order.
 */
export async function countRecords(path: string, dialect: Dialect, options: CountOptions): Promise<ProvenCount> {
  const { width, offset, proofs = [] } = options;
  const counter = new CellCounter(dialect, width, proofs);
  let nulBytes = 0;
  await readBlocks(path, offset, (bytes, isLast) => {
    const used = counter.read(bytes, isLast);
    nulBytes += countNuls(bytes.subarray(0, used));
    return counter.irregular === undefined ? used : undefined;
  });
  const { records, blankLines, longest, irregular, refutations } = counter;
  const filled = [...counter.filled];
  const quoted = [...counter.quoted];
  return {
    records,
    blankLines,
    filled,
    nulBytes,
    longest,
    refutations,
    quoted,
    bare: counter.bare,
    ...(irregular !== undefined && { irregular }),
  };
}

function countNuls(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0); at >= 0; at = bytes.indexOf(0, at + 1)) count++;
  return count;
}
