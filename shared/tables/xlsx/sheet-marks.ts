import { parseRange } from "./parse-range.ts";
import type { SheetRange } from "./sheet-range.ts";
import { elementName } from "./xml-scanner.ts";
import { readAttributes } from "./xml-text.ts";

const name = { column: elementName("col"), merged: elementName("mergeCell") };

/** As many as anybody wants to read of; a sheet can name millions. */
const maxRanges = 1_000;

/** What a sheet says of its cells outside of them: which columns are hidden, and which cells are merged. */
export class SheetMarks {
  /** Columns from 0, both ends included. */
  readonly hiddenColumns: { first: number; last: number }[] = [];
  /** Merged cells that cover several rows; their value stands in the first row alone. */
  readonly merged: SheetRange[] = [];

  /** Takes the next element before or after the cells. */
  take(element: number, bytes: Buffer, from: number, to: number): void {
    if (element === name.column) this.#takeColumns(readAttributes(bytes, from, to));
    else if (element === name.merged) this.#takeMerged(readAttributes(bytes, from, to));
  }

  #takeColumns({ hidden, min, max }: Record<string, string>): void {
    const isHidden = hidden === "1" || hidden === "true";
    if (isHidden && this.hiddenColumns.length < maxRanges)
      this.hiddenColumns.push({ first: Number(min) - 1, last: Number(max) - 1 });
  }

  #takeMerged({ ref = "" }: Record<string, string>): void {
    if (this.merged.length === maxRanges || !ref.includes(":")) return;
    const range = parseRange(ref);
    if (range.lastRow > range.firstRow) this.merged.push(range);
  }
}
