import { ConversionError } from "../conversion-error.ts";
import { BatchTexts } from "./batch-texts.ts";
import { cellKind } from "./cell-kind.ts";
import { RowBatch } from "./row-batch.ts";
import type { TextTable } from "./text-table.ts";

/** A text of 1 MB in 20,000 cells makes a table of 20 GB from a file of 100 kB. */
const maxTextBytes = 1_000_000_000;

/** Puts the cells of a sheet, as they come, into batches of rows. Rows in which nothing stands are left out. */
export class RowCollector {
  /** Batches that are full; whoever takes them empties the list. */
  readonly finished: RowBatch[] = [];
  /** Hidden rows that hold something. */
  hiddenRows = 0;
  /** Cells that came with something between their tags, and rows with such cells: what was met, not what was made of it. */
  metCells = 0;
  metRows = 0;
  /** Met cells that hold nothing after all: empty texts that many cells share, say. */
  vainCells = 0;
  #batch: RowBatch;
  #textBytes = 0;
  #rowNumber = 0;
  #isRowMet = false;
  #isRowAdded = false;
  #isRowHidden = false;
  /** Columns of empty texts in a row in which so far stands nothing else: they alone make no row. */
  #emptyTexts: number[] = [];

  constructor(shared: TextTable) {
    this.#batch = new RowBatch(new BatchTexts(shared));
  }

  /** Texts of the cells that are about to be stored. */
  get texts(): BatchTexts {
    return this.#batch.texts;
  }

  get rowNumber(): number {
    return this.#rowNumber;
  }

  /** The rows since the last full batch; call it once, at the end. */
  finish(): RowBatch {
    return this.#batch;
  }

  startRow(rowNumber: number, isHidden: boolean): void {
    this.#rowNumber = rowNumber;
    this.#isRowHidden = isHidden;
    this.#isRowMet = false;
    this.#isRowAdded = false;
    if (this.#emptyTexts.length > 0) this.#emptyTexts = [];
  }

  /**
   * A cell comes that has something between its tags. Call it before its text is added to `texts`: a new batch begins
   * where the cell may be the first of a row for which there is no room.
   */
  meet(): void {
    this.metCells++;
    if (!this.#isRowMet) this.metRows++;
    this.#isRowMet = true;
    if (!this.#isRowAdded && this.#batch.isFull) this.#startBatch();
  }

  /** Stores a cell that was met. */
  store(column: number, kind: number, number: number): void {
    if (kind === cellKind.blank) this.vainCells++;
    else if (kind === cellKind.emptyText) {
      this.vainCells++;
      this.storeEmptyText(column);
    } else {
      if (!this.#isRowAdded) this.#addRow();
      this.#batch.setCell(column, kind, number);
    }
  }

  /** Stores a cell whose value is a text of no length, as `=""` gives; it need not have been met. */
  storeEmptyText(column: number): void {
    if (this.#isRowAdded) this.#batch.setEmptyText(column);
    else this.#emptyTexts.push(column);
  }

  #addRow(): void {
    this.#isRowAdded = true;
    this.#batch.addRow(this.#rowNumber);
    if (this.#isRowHidden) this.hiddenRows++;
    for (const column of this.#emptyTexts) this.#batch.setEmptyText(column);
  }

  #startBatch(): void {
    this.#textBytes += this.#batch.countTextBytes();
    if (this.#textBytes > maxTextBytes) {
      throw new ConversionError("too_large", "Cannot read the workbook: the texts of a sheet come to more than 1 GB");
    }
    this.finished.push(this.#batch);
    this.#batch = this.#batch.next();
  }
}
