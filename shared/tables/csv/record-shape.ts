import { cellKind } from "./cell-kind.ts";
import type { TextRecord } from "./parse-records.ts";

/** True for a record in which nothing stands: a blank line, or separators alone. */
export function isEmptyRecord({ cells }: TextRecord): boolean {
  return cells.every((cell) => cell.trim() === "");
}

export function filledCells(record: TextRecord): number {
  return record.cells.filter((cell) => cell.trim() !== "").length;
}

/** Cells up to the last that is not empty: separators at the end of a record are no columns. */
export function usedWidth(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell !== "") + 1;
}

export function isNameLike(cell: string): boolean {
  const kind = cellKind(cell);
  return kind === "text" || kind === "odd" || kind === "empty";
}

/** True for a header that comes again, as where files were joined. A single name may also be a value. */
export function isHeaderAgain(header: TextRecord, { cells }: TextRecord): boolean {
  if (cells.length < 2 || header.cells.length !== cells.length) return false;
  return header.cells.every((cell, index) => cell === cells[index]);
}

/** A number or a date: what names hardly ever are, and what speaks for data. */
export function isTyped(cell: string | undefined): boolean {
  return cell !== undefined && !isNameLike(cell);
}

/** The width most records have; one cell only where (nearly) no record has more. */
export function commonestWidth(records: readonly TextRecord[]): { width: number; share: number } {
  const counts: WidthCounts = new Map();
  for (const record of records) countWidth(counts, record);
  return commonestOf(counts, records.length);
}

/** How many records there are of each width. */
export type WidthCounts = Map<number, number>;

export function countWidth(counts: WidthCounts, { cells }: TextRecord): void {
  counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
}

/** The commonest width of so many records, as `commonestWidth()` finds it. */
export function commonestOf(counts: WidthCounts, records: number): { width: number; share: number } {
  let width = 1;
  let count = 0;
  for (const [candidate, times] of counts) {
    if (candidate > 1 && (times > count || (times === count && candidate > width))) {
      width = candidate;
      count = times;
    }
  }
  // Two lines of a hundred with a comma are prose, not a table of two columns.
  if (count < records * 0.1) return { width: 1, share: (counts.get(1) ?? 0) / records };
  return { width, share: count / records };
}
