import { toRowText } from "./find-layout.ts";
import type { RowBatch } from "./row-batch.ts";
import { type ColumnGroup, headOf, labelsOver, maxTitleRows, SheetBlock } from "./sheet-blocks.ts";
import type { SheetRange } from "./sheet-range.ts";

/** One of several tables on a sheet. */
export interface FoundTable {
  range: SheetRange;
  rows: number;
  cells: number;
  /** Texts of its header. */
  labels: string[];
  /** All of its rows as text, when there are few and no header: then they are hardly a table. */
  texts: string[];
}

const maxShortRows = 3;

/** What is on a sheet: the table to read, and the others. Without `main` all of the sheet is one table. */
export interface FoundTables {
  main?: SheetRange;
  /** In the sheet's order; of very many the first. */
  others: FoundTable[];
  /** How many others there are. */
  otherCount: number;
}

/** A sheet can hold a hundred thousand; nobody reads of more than these. */
const maxOthers = 100;

/**
 * Tells the tables on a sheet apart while its rows pass by. It is careful: rows that go into the table are never lost
 * but those of another table are only named, so what is not clearly a table of its own stays where it is.
 *
 * 1. After a blank row another table begins where a row of at least two different labels stands over other kinds of
 *    cells, and most of its labels are not those of the table above. Single texts right before it are its titles.
 * 2. Rows before it that are few and at most half as wide are its titles too: they are no table of their own.
 * 3. The table with the most cells is the one to read. Beside it, parted by a blank column, is another table where
 *    two or more columns have a header of their own and few gaps, and at most half its rows.
 */
export class TableFinder {
  /** The largest of the tables that are over. */
  #largest: SheetBlock | undefined;
  readonly #others: FoundTable[] = [];
  #otherCount = 0;
  #current = new SheetBlock();
  /** Rows since the last blank one, until enough of them are known. */
  #undecided: SheetBlock | undefined;
  /** Single texts between blank rows: remarks on what is above, or titles of what is below. */
  #prose: SheetBlock | undefined;
  #lastRow = 0;

  /** Takes the next rows of the sheet. */
  add(batch: RowBatch): void {
    let from = 0;
    for (let row = 0; row <= batch.rows; row++) {
      const number = batch.rowNumbers[row];
      const isGap = number !== undefined && number !== this.#lastRow + 1;
      if (row > from && (isGap || number === undefined)) this.#addRows(batch, from, row, isGap);
      if (isGap) {
        this.#decide();
        if (this.#current.rows > 0) this.#undecided ??= new SheetBlock();
        from = row;
      }
      if (number !== undefined) this.#lastRow = number;
    }
  }

  /** What all rows say; call it once, at the end. */
  finish(): FoundTables {
    this.#decide();
    this.#keepProse();
    const largest = this.#close(this.#current);
    const beside = findBeside(largest);
    for (const group of beside) this.#note(toSideTable(largest, group));
    const others = this.#others.sort((a, b) => a.range.firstRow - b.range.firstRow);
    const found = { others, otherCount: this.#otherCount };
    return this.#otherCount === 0 ? found : { main: rangeWithout(largest, beside), ...found };
  }

  /** Takes a table that is over, and answers the largest so far; of the others their description is enough. */
  #close(table: SheetBlock): SheetBlock {
    const best = this.#largest ?? table;
    const [larger, smaller] = table.cells > best.cells ? [table, best] : [best, table];
    if (smaller !== larger) this.#note(toTable(smaller));
    this.#largest = larger;
    return larger;
  }

  #note(other: FoundTable): void {
    this.#otherCount++;
    if (this.#others.length < maxOthers) this.#others.push(other);
  }

  #addRows(batch: RowBatch, from: number, to: number, isOver: boolean): void {
    if (isOver && to - from === 1 && this.#isMoreOfTheSame(batch.cellCounts[from] ?? 0)) {
      this.#keepProse();
      this.#current.add(batch, from, to);
    } else (this.#undecided ?? this.#current).add(batch, from, to);
  }

  /** A single row between blank ones begins no table: it spares sheets with many of them the closer look. */
  #isMoreOfTheSame(cells: number): boolean {
    return this.#undecided?.rows === 0 && (cells > 1 || this.#current.width === 1);
  }

  /** Settles what the rows since the last blank one are. */
  #decide(): void {
    const next = this.#undecided;
    if (next === undefined || next.rows === 0) return;
    this.#undecided = undefined;
    if (this.#isAnotherTable(next)) {
      this.#close(this.#current);
      this.#current = this.#prose ?? next;
      if (this.#prose !== undefined) this.#current.append(next);
      this.#prose = undefined;
    } else if (next.isProse) {
      if (this.#prose === undefined) this.#prose = next;
      else this.#prose.append(next);
      if (!this.#prose.isProse) this.#keepProse();
    } else {
      this.#keepProse();
      this.#current.append(next);
    }
  }

  /** Single texts that stay with what is above them. */
  #keepProse(): void {
    if (this.#prose !== undefined) this.#current.append(this.#prose);
    this.#prose = undefined;
  }

  #isAnotherTable(next: SheetBlock): boolean {
    const current = this.#current;
    if (current.rows <= maxTitleRows && current.width * 2 <= next.width) return false;
    const labels = labelsOver(next.head);
    if (labels.size === 0) return false;
    const above = labelsOver(current.head);
    const shared = [...labels].filter(([column, label]) => above.get(column) === label);
    return shared.length * 2 < labels.size;
  }
}

/** Groups of columns that are tables of their own, beside the largest one. */
function findBeside(block: SheetBlock): ColumnGroup[] {
  const groups = block.groups();
  const main = groups.reduce((best, group) => (group.cells > best.cells ? group : best), emptyGroup);
  const isOwn = (group: ColumnGroup) => group !== main && group.rows * 2 <= main.rows && isTable(block, group);
  // One between columns that stay cannot be cut out of a rectangle.
  const first = groups.findIndex((group) => !isOwn(group));
  const last = groups.findLastIndex((group) => !isOwn(group));
  return groups.filter((_, index) => index < first || index > last);
}

const emptyGroup: ColumnGroup = { firstColumn: 0, lastColumn: 0, firstRow: 1, lastRow: 0, cells: 0, rows: 0 };

function isTable(block: SheetBlock, group: ColumnGroup): boolean {
  const columns = group.lastColumn - group.firstColumn + 1;
  const isDense = group.cells * 2 >= columns * (group.lastRow - group.firstRow + 1);
  return columns > 1 && isDense && labelsOver(headOf(block, group)).size > 1;
}

function toTable(block: SheetBlock): FoundTable {
  const { head, rows, cells } = block;
  const labels = labelsOf(head);
  const isShort = rows <= maxShortRows && labels.length === 0;
  const texts = isShort ? Array.from({ length: rows }, (_, row) => toRowText(head, row)) : [];
  return { range: rangeWithout(block, []), rows, cells, labels, texts };
}

function toSideTable(block: SheetBlock, group: ColumnGroup): FoundTable {
  const { firstColumn, lastColumn, firstRow, lastRow, cells } = group;
  const range = { firstColumn, lastColumn, firstRow, lastRow };
  return { range, rows: lastRow - firstRow + 1, cells, labels: labelsOf(headOf(block, group)), texts: [] };
}

function labelsOf(head: RowBatch): string[] {
  return [...labelsOver(head).values()];
}

function rangeWithout(block: SheetBlock, beside: ColumnGroup[]): SheetRange {
  const groups = block.groups().filter((group) => !beside.some(({ firstColumn }) => firstColumn === group.firstColumn));
  const firstColumn = groups[0]?.firstColumn ?? 0;
  const lastColumn = groups.at(-1)?.lastColumn ?? 0;
  return { firstRow: block.firstRow, lastRow: block.lastRow, firstColumn, lastColumn };
}
