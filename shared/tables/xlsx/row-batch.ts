import { BatchTexts } from "./batch-texts.ts";
import { cellKind } from "./cell-kind.ts";

/** The most rows a DuckDB data chunk takes. */
export const maxRows = 2_048;
/** Bounds the memory of very wide sheets, which get shorter batches. */
const maxCells = 1_000_000;
/** Bounds it for long texts, of which one shared string can make thousands. */
const maxTextBytes = 8_000_000;
const firstCapacity = 64;
/** Up to so many columns get room for a whole batch at once. */
const usualColumns = 256;

/** The cells of one column in a batch, one entry per row; rows beyond what the arrays hold are blank. */
export interface ColumnCells {
  kinds: Uint8Array<ArrayBuffer>;
  /** The number, 0 or 1, milliseconds; for text, errors and long integers a reference into `texts`. */
  numbers: Float64Array<ArrayBuffer>;
  texts: BatchTexts;
}

/** Rows of a sheet, column by column. Rows without any cell are left out; `rowNumbers` shows the gaps. */
export class RowBatch {
  rows = 0;
  /** Where each row stands in the sheet, from 1. */
  readonly rowNumbers: number[] = [];
  /** How many cells of each row are not blank. */
  readonly cellCounts: number[] = [];
  /** By column of the sheet, from 0; absent where no row has a cell. */
  readonly columns: (ColumnCells | undefined)[] = [];
  readonly texts: BatchTexts;
  #columnCount = 0;
  /** Bytes of the texts in its first rows, and how many rows those are. */
  #countedBytes = 0;
  #countedRows = 0;
  /** For how many rows a column gets room at first. */
  readonly #capacity: number;

  constructor(texts = new BatchTexts(), capacity = firstCapacity) {
    this.texts = texts;
    this.#capacity = capacity;
  }

  /** An empty batch for the rows that follow: probably as many. */
  next(): RowBatch {
    return new RowBatch(new BatchTexts(this.texts.shared), this.rows);
  }

  /** True when the next row must begin a new batch. */
  get isFull(): boolean {
    const room = this.rows * this.#columnCount;
    if (this.rows >= maxRows || room >= maxCells) return true;
    // The texts of few workbooks are so long that they need to be counted while the batch grows.
    return room * this.texts.longest >= maxTextBytes && this.countTextBytes() >= maxTextBytes;
  }

  /**
   * Bytes of all its texts, each counted as often as it occurs; call it between rows. Not counted cell by cell, where
   * each would wait for its length, which stands anywhere in a large table.
   */
  countTextBytes(): number {
    for (const cells of this.columns) if (cells !== undefined) this.#countedBytes += this.#newBytes(cells);
    this.#countedRows = this.rows;
    return this.#countedBytes;
  }

  /** Cells that are not blank. */
  get cells(): number {
    let cells = 0;
    for (const count of this.cellCounts) cells += count;
    return cells;
  }

  /** Begins a row; the cells that follow are its. */
  addRow(rowNumber: number): void {
    this.rowNumbers.push(rowNumber);
    this.cellCounts.push(0);
    this.rows++;
  }

  /** Sets a cell of the last row; a second value for the same cell replaces the first. */
  setCell(column: number, kind: number, number: number): void {
    const row = this.rows - 1;
    let cells = this.columns[column];
    if (cells === undefined || row >= cells.kinds.length) cells = this.#makeRoom(column, row);
    if (cells.kinds[row] === cellKind.blank) this.cellCounts[row] = (this.cellCounts[row] as number) + 1;
    cells.kinds[row] = kind;
    cells.numbers[row] = number;
  }

  /** Sets a cell of the last row to a text of no length, unless it holds something. */
  setEmptyText(column: number): void {
    const row = this.rows - 1;
    let cells = this.columns[column];
    if (cells === undefined || row >= cells.kinds.length) cells = this.#makeRoom(column, row);
    if (cells.kinds[row] === cellKind.blank) cells.kinds[row] = cellKind.emptyText;
  }

  /** Sets a cell of the last row to what a cell of another batch is. */
  copyCell(column: number, { kinds, numbers, texts }: ColumnCells, row: number): void {
    const kind = kinds[row] as number;
    const number = numbers[row] as number;
    this.setCell(column, kind, refersToText(kind) ? this.texts.adopt(texts, number) : number);
  }

  /** The rows from `from` up to `to`, sharing their memory. */
  slice(from: number, to: number): RowBatch {
    const part = new RowBatch(this.texts);
    part.rows = to - from;
    part.rowNumbers.push(...this.rowNumbers.slice(from, to));
    part.cellCounts.push(...this.cellCounts.slice(from, to));
    part.#columnCount = this.#columnCount;
    this.columns.forEach((cells, column) => {
      if (cells === undefined) return;
      const { kinds, numbers, texts } = cells;
      part.columns[column] = { kinds: kinds.subarray(from, to), numbers: numbers.subarray(from, to), texts };
    });
    return part;
  }

  /** Of the texts of one column in rows that are not counted yet. */
  #newBytes({ kinds, numbers, texts }: ColumnCells): number {
    const end = Math.min(this.rows, kinds.length);
    let bytes = 0;
    for (let row = this.#countedRows; row < end; row++)
      if (kinds[row] === cellKind.text) bytes += texts.byteLength(numbers[row] as number);
    return bytes;
  }

  #makeRoom(column: number, row: number): ColumnCells {
    const cells = this.columns[column];
    if (cells === undefined) this.#columnCount++;
    const first = this.#columnCount > usualColumns ? firstCapacity : this.#capacity;
    const capacity = Math.max(row + 1, cells === undefined ? first : cells.kinds.length * 4);
    const kinds = new Uint8Array(Math.min(capacity, maxRows));
    const numbers = new Float64Array(kinds.length);
    if (cells !== undefined) {
      kinds.set(cells.kinds);
      numbers.set(cells.numbers);
    }
    const larger = { kinds, numbers, texts: this.texts };
    this.columns[column] = larger;
    return larger;
  }
}

function refersToText(kind: number): boolean {
  return kind === cellKind.text || kind === cellKind.error || kind === cellKind.longInteger;
}

/** The kind of a cell, also of one beyond what its column has been given. An empty text is as good as blank here. */
export function kindAt(cells: ColumnCells | undefined, row: number): number {
  const kind = cells?.kinds[row] ?? cellKind.blank;
  return kind === cellKind.emptyText ? cellKind.blank : kind;
}
