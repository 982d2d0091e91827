import { blankOut } from "./blank-out.ts";
import { cellKind } from "./cell-kind.ts";
import { toCellText } from "./cell-text.ts";
import type { SheetLayout } from "./find-layout.ts";
import type { SheetReading } from "./read-as-said.ts";
import { kindAt, RowBatch } from "./row-batch.ts";
import { copyRow, wholeSheet } from "./sheet-range.ts";

interface HeaderCell {
  column: number;
  kind: number;
  text: string;
}

/**
 * Cuts the batches of a sheet, in their order, down to its rows of data: without what stands above them, and without
 * the header where it comes again, as it does on every page of a printed report.
 */
export class BodyRows {
  /** Known from the first batch on. */
  layout: SheetLayout | undefined;
  /** Rows of the sheet, from 1, that say the header again. */
  readonly repeats: number[] = [];
  /** Cells that are in no row of data: titles, headers, and spellings of NULL. */
  leftOutCells = 0;
  /** The header's cells as they stand, by column. */
  #header: HeaderCell[] = [];
  readonly #reading: SheetReading;

  constructor(reading: SheetReading) {
    this.#reading = reading;
  }

  /** True where the header is the only thing that is not in the table, and all of it is text. */
  get isHeaderAlone(): boolean {
    return this.leftOutCells === this.#header.length && this.#header.every(({ kind }) => kind === cellKind.text);
  }

  /** The rows of data in the next batch. */
  of(batch: RowBatch): RowBatch {
    const { cells } = batch;
    const rows = this.#dataOf(batch);
    blankOut(rows, this.#reading.nulls);
    this.leftOutCells += cells - rows.cells;
    return rows;
  }

  #dataOf(batch: RowBatch): RowBatch {
    if (this.layout !== undefined) return this.#withoutRepeats(batch);
    this.layout = this.#reading.layoutOf(batch);
    const { headerRow, firstBodyRow } = this.layout;
    if (headerRow !== undefined) this.#header = headerOf(batch, firstBodyRow - 1);
    return this.#withoutRepeats(batch.slice(firstBodyRow, batch.rows));
  }

  #withoutRepeats(batch: RowBatch): RowBatch {
    const repeated = new Set<number>();
    for (let row = 0; row < batch.rows; row++) if (this.#isRepeat(batch, row)) repeated.add(row);
    if (repeated.size === 0) return batch;
    const rest = new RowBatch(batch.texts);
    for (let row = 0; row < batch.rows; row++) {
      if (repeated.has(row)) this.repeats.push(batch.rowNumbers[row] ?? 0);
      else copyRow(batch, row, rest, wholeSheet);
    }
    return rest;
  }

  #isRepeat(batch: RowBatch, row: number): boolean {
    // With a single label it may be a value that happens to be called like its column.
    if (this.#header.length < 2 || batch.cellCounts[row] !== this.#header.length) return false;
    return this.#header.every(({ column, kind, text }) => {
      const cells = batch.columns[column];
      // The kind first: to make a text of every row's first number takes its time.
      return cells !== undefined && kindAt(cells, row) === kind && toCellText(cells, row) === text;
    });
  }
}

function headerOf(batch: RowBatch, row: number): HeaderCell[] {
  return [...batch.columns.entries()].flatMap(([column, cells]) => {
    const text = cells === undefined ? undefined : toCellText(cells, row);
    return text === undefined ? [] : [{ column, kind: kindAt(cells, row), text }];
  });
}
