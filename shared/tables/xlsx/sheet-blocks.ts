import { cellKind } from "./cell-kind.ts";
import { findLayout, standsOverOtherKinds } from "./find-layout.ts";
import { RowBatch } from "./row-batch.ts";
import { copyRow, wholeSheet } from "./sheet-range.ts";

/** Enough rows to see titles, a header and what stands below it. */
const headRows = 30;
/** A title or a remark has no more rows than that. */
export const maxTitleRows = 20;

interface ColumnUse {
  cells: number;
  firstRow: number;
  lastRow: number;
}

/** Some columns of a block, next to each other. */
export interface ColumnGroup {
  firstColumn: number;
  lastColumn: number;
  firstRow: number;
  lastRow: number;
  cells: number;
  /** Cells of its fullest column. */
  rows: number;
}

/** Rows of a sheet that belong together, and what there is to know of them without keeping them. */
export class SheetBlock {
  rows = 0;
  cells = 0;
  /** Cells of its fullest row. */
  width = 0;
  firstRow = Infinity;
  lastRow = 0;
  /** Its first rows. */
  readonly head = new RowBatch();
  readonly #columns = new Map<number, ColumnUse>();

  /** Takes the rows of a batch from one index up to another. */
  add(batch: RowBatch, from: number, to: number): void {
    this.firstRow = Math.min(this.firstRow, batch.rowNumbers[from] ?? Infinity);
    this.lastRow = Math.max(this.lastRow, batch.rowNumbers[to - 1] ?? 0);
    this.rows += to - from;
    for (let row = from; row < to; row++) this.width = Math.max(this.width, batch.cellCounts[row] ?? 0);
    for (let row = from; row < to && this.head.rows < headRows; row++) copyRow(batch, row, this.head, wholeSheet);
    batch.columns.forEach((cells, column) => {
      const use = countCells(batch, column, from, to);
      if (cells !== undefined && use.cells > 0) this.#use(column, use);
    });
  }

  /** Takes the rows of a block that follows this one. */
  append(next: SheetBlock): void {
    this.firstRow = Math.min(this.firstRow, next.firstRow);
    this.lastRow = Math.max(this.lastRow, next.lastRow);
    this.rows += next.rows;
    this.width = Math.max(this.width, next.width);
    for (let row = 0; row < next.head.rows && this.head.rows < headRows; row++)
      copyRow(next.head, row, this.head, wholeSheet);
    for (const [column, use] of next.#columns) this.#use(column, use);
  }

  /** True for rows of a single text each, which may be titles or remarks. */
  get isProse(): boolean {
    const isText = this.head.columns.every((cells) => {
      const kinds = cells?.kinds.subarray(0, this.head.rows) ?? [];
      return kinds.every((kind) => kind === cellKind.text || isNothing(kind));
    });
    return this.width === 1 && this.rows <= maxTitleRows && isText;
  }

  /** Its columns, in groups that blank columns part. */
  groups(): ColumnGroup[] {
    const groups: ColumnGroup[] = [];
    for (const [column, use] of [...this.#columns].sort(([a], [b]) => a - b)) {
      const last = groups.at(-1);
      if (last?.lastColumn === column - 1) widen(last, column, use);
      else groups.push({ firstColumn: column, lastColumn: column, rows: use.cells, ...use });
    }
    return groups;
  }

  #use(column: number, { cells, firstRow, lastRow }: ColumnUse): void {
    this.cells += cells;
    const use = this.#columns.get(column) ?? { cells: 0, firstRow: Infinity, lastRow: 0 };
    use.cells += cells;
    use.firstRow = Math.min(use.firstRow, firstRow);
    use.lastRow = Math.max(use.lastRow, lastRow);
    this.#columns.set(column, use);
  }
}

function isNothing(kind: number | undefined): boolean {
  return kind === cellKind.blank || kind === cellKind.emptyText;
}

/** As `isNothing()` of none of them; native code sees to it, for nearly every column of a large table. */
function isFull(kinds: Uint8Array): boolean {
  return !kinds.includes(cellKind.blank) && !kinds.includes(cellKind.emptyText);
}

function widen(group: ColumnGroup, column: number, use: ColumnUse): void {
  group.lastColumn = column;
  group.cells += use.cells;
  group.rows = Math.max(group.rows, use.cells);
  group.firstRow = Math.min(group.firstRow, use.firstRow);
  group.lastRow = Math.max(group.lastRow, use.lastRow);
}

function countCells({ columns, rowNumbers }: RowBatch, column: number, from: number, to: number): ColumnUse {
  const use = { cells: 0, firstRow: Infinity, lastRow: 0 };
  const kinds = columns[column]?.kinds;
  const end = Math.min(to, kinds?.length ?? 0);
  if (kinds !== undefined && from < end && isFull(kinds.subarray(from, end)))
    return { cells: end - from, firstRow: rowNumbers[from] ?? Infinity, lastRow: rowNumbers[end - 1] ?? 0 };
  for (let row = from; row < end; row++) {
    if (isNothing(kinds?.[row])) continue;
    if (use.cells === 0) use.firstRow = rowNumbers[row] ?? Infinity;
    use.lastRow = rowNumbers[row] ?? 0;
    use.cells++;
  }
  return use;
}

/** The labels of a table by column, when the rows begin with some that are the header of what is below; else none. */
export function labelsOver(head: RowBatch): Map<number, string> {
  const { headerRow, headers, firstBodyRow } = findLayout(head);
  const isHeader = headerRow !== undefined && standsOverOtherKinds(head, firstBodyRow - 1, head.rows);
  return isHeader && headers.size > 1 ? headers : new Map();
}

/** The head with the cells of some columns only. */
export function headOf(block: SheetBlock, { firstColumn, lastColumn }: ColumnGroup): RowBatch {
  const part = new RowBatch();
  for (let row = 0; row < block.head.rows; row++)
    copyRow(block.head, row, part, { ...wholeSheet, firstColumn, lastColumn });
  return part;
}
