import { cellKind } from "./cell-kind.ts";
import { toCellText } from "./cell-text.ts";
import { kindAt, type RowBatch } from "./row-batch.ts";

/** Where on a sheet the table is. */
export interface SheetLayout {
  /** Index, in the sheet's first batch, of the first row of data. */
  firstBodyRow: number;
  /** Header texts by column of the sheet, from 0; empty for a sheet without a header. */
  headers: Map<number, string>;
  /** Row of the header in the sheet, from 1. */
  headerRow: number | undefined;
  /** The rows above that are no data, as text. */
  titles: string[];
}

const sampleRows = 60;

/**
 * Finds header and data from the first rows of a sheet. The rule:
 *
 * 1. The usual width is the number of cells that most rows have (of those with two or more, if any).
 * 2. Rows of at most half that width, before any wider one, are titles.
 * 3. The first wider row is the header if all of its cells are labels (text, or years or dates in order, as
 *    over a crosstab) and they either differ from each other or stand over other kinds of cells.
 * 4. Otherwise there is no header; only titles that are all text are left out then.
 *
 * Groups over a header (one label over several columns) are a title by 2, or told apart by `isGroupRow()`.
 */
export function findLayout(first: RowBatch): SheetLayout {
  const rows = Math.min(first.rows, sampleRows);
  const width = usualWidth(first.cellCounts.slice(0, rows));
  const isTitle = (row: number) => (first.cellCounts[row] ?? 0) * 2 <= width;
  let header = 0;
  while (header < rows - 1 && isTitle(header)) header++;
  if (isGroupRow(first, header, rows)) header++;
  return isHeader(first, header, rows) ? withHeader(first, header) : withoutHeader(first, header);
}

function usualWidth(cellCounts: number[]): number {
  const wide = cellCounts.filter((count) => count >= 2);
  const tally = Map.groupBy(wide.length > 0 ? wide : cellCounts, (count) => count);
  let best = 0;
  let bestRows = 0;
  for (const [count, { length }] of tally) {
    if (length > bestRows || (length === bestRows && count > best)) [best, bestRows] = [count, length];
  }
  return best;
}

function isHeader(batch: RowBatch, row: number, rows: number): boolean {
  return isAllLabels(batch, row) && (isDistinct(batch, row) || standsOverOtherKinds(batch, row, rows));
}

function isAllLabels(batch: RowBatch, row: number): boolean {
  const numbers: number[] = [];
  let texts = 0;
  for (const cells of batch.columns) {
    const kind = kindAt(cells, row);
    const number = cells?.numbers[row] ?? 0;
    if (kind === cellKind.text) texts++;
    else if (kind === cellKind.instant || (kind === cellKind.number && isYear(number))) numbers.push(number);
    else if (kind !== cellKind.blank) return false;
  }
  return texts > 0 && isInOrder(numbers);
}

function isYear(number: number): boolean {
  return Number.isInteger(number) && number >= 1800 && number <= 2200;
}

function isInOrder(numbers: number[]): boolean {
  const steps = numbers.slice(1).map((number, index) => Math.sign(number - (numbers[index] ?? 0)));
  return steps.every((step) => step !== 0 && step === steps[0]);
}

function isDistinct(batch: RowBatch, row: number): boolean {
  const labels = [...textsOf(batch, row).values()].map((label) => label.trim().toLowerCase());
  return new Set(labels).size === labels.length;
}

/** True when some text of the row has a number, a date or the like below it. */
export function standsOverOtherKinds(batch: RowBatch, row: number, rows: number): boolean {
  return batch.columns.some((cells) => {
    if (kindAt(cells, row) !== cellKind.text) return false;
    for (let below = row + 1; below < rows; below++) {
      const kind = kindAt(cells, below);
      if (kind !== cellKind.blank && kind !== cellKind.text) return true;
    }
    return false;
  });
}

/** True for a row of labels with gaps, right above a row of more labels that stands over other kinds of cells. */
function isGroupRow(batch: RowBatch, row: number, rows: number): boolean {
  const next = row + 1;
  if (next >= rows - 1 || !isRightAbove(batch, row, next)) return false;
  const gaps = batch.columns.filter(
    (cells) => kindAt(cells, row) === cellKind.blank && kindAt(cells, next) !== cellKind.blank,
  );
  // With one gap it may well be a header whose first column, an index, has no label.
  return (
    gaps.length > 1 && isAllLabels(batch, row) && isAllLabels(batch, next) && standsOverOtherKinds(batch, next, rows)
  );
}

function isRightAbove(batch: RowBatch, upper: number, lower: number): boolean {
  return batch.rowNumbers[upper] === (batch.rowNumbers[lower] ?? 0) - 1;
}

function withHeader(batch: RowBatch, row: number): SheetLayout {
  const labels = textsOf(batch, row);
  // A single label right above is a title; several are groups, or labels merged over both rows.
  const hasGroups = isRightAbove(batch, row - 1, row) && (batch.cellCounts[row - 1] ?? 0) > 1;
  const headers = hasGroups ? withGroups(labels, textsOf(batch, row - 1), isDistinct(batch, row)) : labels;
  return { firstBodyRow: row + 1, headers, headerRow: batch.rowNumbers[row], titles: titlesAbove(batch, row) };
}

/** Takes labels from the row above where there is none below, and puts its groups before labels that repeat. */
function withGroups(
  labels: Map<number, string>,
  groups: Map<number, string>,
  isDistinct: boolean,
): Map<number, string> {
  const headers = new Map<number, string>();
  let group = "";
  for (const column of [...labels.keys(), ...groups.keys()].sort((a, b) => a - b)) {
    const label = labels.get(column);
    // A label merged over both rows ends the group to its left.
    if (groups.has(column)) group = label === undefined ? "" : (groups.get(column) ?? "");
    if (label === undefined) headers.set(column, groups.get(column) ?? "");
    else headers.set(column, isDistinct || group === "" ? label : `${group} ${label}`);
  }
  return headers;
}

function withoutHeader(batch: RowBatch, firstWideRow: number): SheetLayout {
  let firstBodyRow = 0;
  while (firstBodyRow < firstWideRow && isAllText(batch, firstBodyRow)) firstBodyRow++;
  return { firstBodyRow, headers: new Map(), headerRow: undefined, titles: titlesAbove(batch, firstBodyRow) };
}

function isAllText(batch: RowBatch, row: number): boolean {
  return batch.columns.every((cells) => {
    const kind = kindAt(cells, row);
    return kind === cellKind.text || kind === cellKind.blank;
  });
}

export function titlesAbove(batch: RowBatch, row: number): string[] {
  return Array.from({ length: row }, (_, above) => toRowText(batch, above));
}

/** A row that is not in the table, for the report: its cells, shortened. */
export function toRowText(batch: RowBatch, row: number): string {
  const text = [...textsOf(batch, row).values()].join(" | ").replace(/\s+/g, " ");
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

export function textsOf(batch: RowBatch, row: number): Map<number, string> {
  const texts = new Map<number, string>();
  batch.columns.forEach((cells, column) => {
    const text = cells === undefined ? undefined : toCellText(cells, row);
    if (text !== undefined) texts.set(column, text);
  });
  return texts;
}
