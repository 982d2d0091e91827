import { cellKind } from "./cell-kind.ts";
import { kindAt, RowBatch } from "./row-batch.ts";

/** A rectangle of a sheet, its edges included; `Infinity` where it is open. */
export interface SheetRange {
  /** Rows from 1, as the sheet counts them. */
  firstRow: number;
  lastRow: number;
  /** Columns from 0. */
  firstColumn: number;
  lastColumn: number;
}

export const wholeSheet: SheetRange = { firstRow: 1, lastRow: Infinity, firstColumn: 0, lastColumn: Infinity };

/** `B3:F20`. */
export function formatRange({ firstRow, lastRow, firstColumn, lastColumn }: SheetRange): string {
  return `${columnLetters(firstColumn)}${firstRow}:${columnLetters(lastColumn)}${lastRow}`;
}

/** `A` for column 0, `AA` for column 26. */
export function columnLetters(column: number): string {
  const last = String.fromCharCode(0x41 + (column % 26));
  return column < 26 ? last : columnLetters(Math.floor(column / 26) - 1) + last;
}

/** Passes on what stands in the range; rows without any cell there are left out, as everywhere. */
export async function* withinRange(batches: AsyncIterable<RowBatch>, range: SheetRange): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    const part = crop(batch, range);
    if (part.rows > 0) yield part;
  }
}

function crop(batch: RowBatch, range: SheetRange): RowBatch {
  const isWide = range.firstColumn <= 0 && range.lastColumn >= batch.columns.length - 1;
  const isInside = (row: number) => row >= range.firstRow && row <= range.lastRow;
  if (isWide && batch.rowNumbers.every(isInside)) return batch;
  const part = new RowBatch(batch.texts);
  batch.rowNumbers.forEach((number, index) => {
    if (isInside(number)) copyRow(batch, index, part, range);
  });
  return part;
}

/** Copies the cells of a row that stand in the range, if there are any, to the end of another batch. */
export function copyRow(from: RowBatch, index: number, to: RowBatch, range: SheetRange): void {
  let isAdded = false;
  const end = Math.min(from.columns.length - 1, range.lastColumn);
  for (let column = Math.max(0, range.firstColumn); column <= end; column++) {
    const cells = from.columns[column];
    if (cells === undefined || kindAt(cells, index) === cellKind.blank) continue;
    if (!isAdded) to.addRow(from.rowNumbers[index] ?? 0);
    isAdded = true;
    to.copyCell(column, cells, index);
  }
  if (isAdded) copyEmptyTexts(from, index, to, { ...range, lastColumn: end });
}

/** They come last, because they make no row by themselves. */
function copyEmptyTexts(from: RowBatch, index: number, to: RowBatch, { firstColumn, lastColumn }: SheetRange): void {
  for (let column = Math.max(0, firstColumn); column <= lastColumn; column++)
    if (from.columns[column]?.kinds[index] === cellKind.emptyText) to.setEmptyText(column);
}
