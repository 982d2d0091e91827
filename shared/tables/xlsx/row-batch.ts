import { cellKind } from "./cell-kind.ts";

/** The most rows a DuckDB data chunk takes. */
const maxRows = 2_048;
/** Bounds the memory of very wide sheets, which get shorter batches. */
const maxCells = 1_000_000;
/** Bounds it for long texts, of which one shared string can make thousands. */
const maxCharacters = 8_000_000;
const firstCapacity = 64;

/** The cells of one column in a batch, one entry per row. */
export interface ColumnCells {
  kinds: Uint8Array;
  /** For all kinds but text: the number, 0 or 1, milliseconds. */
  numbers: Float64Array;
  /** For text, errors and long integers. */
  texts: (string | undefined)[];
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
  #columnCount = 0;
  #characters = 0;

  /** True when the next row must begin a new batch. */
  get isFull(): boolean {
    return this.rows >= maxRows || this.rows * this.#columnCount >= maxCells || this.#characters >= maxCharacters;
  }

  /** Begins a row; the cells that follow are its. */
  addRow(rowNumber: number): void {
    this.rowNumbers.push(rowNumber);
    this.cellCounts.push(0);
    this.rows++;
  }

  /** Sets a cell of the last row; a second value for the same cell replaces the first. */
  setCell(column: number, kind: number, number: number, text: string | undefined): void {
    const row = this.rows - 1;
    const cells = this.#columnFor(column, row);
    if (cells.kinds[row] === cellKind.blank) this.cellCounts[row] = (this.cellCounts[row] ?? 0) + 1;
    cells.kinds[row] = kind;
    cells.numbers[row] = number;
    if (text === undefined) return;
    cells.texts[row] = text;
    this.#characters += text.length;
  }

  /** The rows from `from` up to `to`, sharing their memory. */
  slice(from: number, to: number): RowBatch {
    const part = new RowBatch();
    part.rows = to - from;
    part.rowNumbers.push(...this.rowNumbers.slice(from, to));
    part.cellCounts.push(...this.cellCounts.slice(from, to));
    part.#columnCount = this.#columnCount;
    this.columns.forEach((cells, column) => {
      if (cells === undefined) return;
      const { kinds, numbers } = grown(cells, to);
      const texts = cells.texts.slice(from, to);
      part.columns[column] = { kinds: kinds.subarray(from, to), numbers: numbers.subarray(from, to), texts };
    });
    return part;
  }

  #columnFor(column: number, row: number): ColumnCells {
    let cells = this.columns[column];
    if (cells === undefined) {
      cells = { kinds: new Uint8Array(firstCapacity), numbers: new Float64Array(firstCapacity), texts: [] };
      this.columns[column] = cells;
      this.#columnCount++;
    }
    if (row >= cells.kinds.length) {
      cells = grown(cells, Math.max(row + 1, cells.kinds.length * 4));
      this.columns[column] = cells;
    }
    return cells;
  }
}

/** The kind of a cell, also of one beyond what its column has been given. */
export function kindAt(cells: ColumnCells | undefined, row: number): number {
  return cells?.kinds[row] ?? cellKind.blank;
}

function grown(cells: ColumnCells, rows: number): ColumnCells {
  if (cells.kinds.length >= rows) return cells;
  const kinds = new Uint8Array(rows);
  const numbers = new Float64Array(rows);
  kinds.set(cells.kinds);
  numbers.set(cells.numbers);
  return { kinds, numbers, texts: cells.texts };
}
