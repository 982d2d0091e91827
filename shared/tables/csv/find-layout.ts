import { cellKind } from "./cell-kind.ts";
import { isBlank, type TextRecord } from "./parse-records.ts";
import { commonestWidth } from "./sniff-dialect.ts";

/** Where in the file the table is: what is above it, its header, its width. */
export interface Layout {
  width: number;
  /** The record with the names, or undefined where the file has none. */
  header?: TextRecord;
  /** Header cells for each column: shifted by one where the first column has no name, as R writes it. */
  names: (string | null)[];
  /** Records above the table that are no data, without the blank ones. */
  preamble: TextRecord[];
  /** Records (blank ones too) before the first record of data: what `read_csv` has to skip. */
  skip: number;
  /** Index in the text of the first record of data. */
  dataStart: number;
  data: TextRecord[];
}

/** Finds the table in the first records of a file. Never answers fewer columns than the records have in common. */
export function findLayout(records: readonly TextRecord[]): Layout {
  const filled = records.filter((record) => !isBlank(record));
  const common = commonestWidth(filled).width;
  const top = Math.max(0, firstOfTable(filled, common));
  const first = filled[top];
  const header = first !== undefined && isHeader(first, filled.slice(top + 1), common) ? first : undefined;
  const data = filled.slice(header === undefined ? top : top + 1);
  const names = header === undefined ? [] : namesOf(header, data, common);
  const width = Math.max(common, withoutEmptyEnd(names).length);
  const dataStart = header?.end ?? filled[top - 1]?.end ?? 0;
  return {
    width,
    ...(header !== undefined && { header }),
    names: Array.from({ length: width }, (_, index) => names[index] ?? null),
    preamble: filled.slice(0, top),
    skip: records.filter((record) => record.end <= dataStart).length,
    dataStart,
    data,
  };
}

/** The first record that is no title or note above the table. */
function firstOfTable(records: readonly TextRecord[], common: number): number {
  if (common === 1) return 0;
  const typical = median(records.map(filledCells));
  return records.findIndex((record, index) => {
    const cells = filledCells(record);
    // A title padded with separators, as spreadsheets export it.
    if (record.cells.length >= common) return cells > 1 || common < 3 || typical < 3;
    return cells > 1 && (record.cells.length === common - 1 || isLastBeforeData(records, index, common));
  });
}

/** A short header is still one if the table begins right below it. */
function isLastBeforeData(records: readonly TextRecord[], index: number, common: number): boolean {
  const [record, next] = [records[index], records[index + 1]];
  if (record === undefined || next === undefined || next.cells.length !== common) return false;
  return record.cells.every(isNameLike) && next.cells.some((cell) => cellKind(cell) === "number");
}

function filledCells(record: TextRecord): number {
  return record.cells.filter((cell) => cell.trim() !== "").length;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function isNameLike(cell: string): boolean {
  const kind = cellKind(cell);
  return kind === "text" || kind === "odd" || kind === "empty";
}

/**
 * Tells names from data. Years may be names (`Country,1990,1991`); otherwise a number or a date speaks for data. Where
 * all columns are text nothing can prove it, so the first record is a header unless its words come again below.
 */
function isHeader(first: TextRecord, below: readonly TextRecord[], common: number): boolean {
  const cells = first.cells;
  if (cells.length < common - 1 || cells.every((cell) => cell.trim() === "")) return false;
  const notNames = cells.filter((cell) => !isNameLike(cell));
  if (notNames.length > 0) return isYearHeader(cells, notNames);
  const isTyped = (record: TextRecord, index: number) => !isNameLike(record.cells[index] ?? "");
  if (cells.some((cell, index) => cell.trim() !== "" && below.slice(0, 50).some((record) => isTyped(record, index)))) {
    return true;
  }
  return !cells.some((cell, index) => cell.trim() !== "" && repeatsBelow(cell, index, below, cells));
}

function isYearHeader(cells: readonly string[], notNames: readonly string[]): boolean {
  const isYear = (cell: string) => /^(1[5-9]|20|21)\d\d$/.test(cell.trim());
  const hasName = cells.some((cell) => isNameLike(cell) && cell.trim() !== "");
  return hasName && notNames.every(isYear) && new Set(notNames).size === notNames.length && notNames.length > 1;
}

/** True where the cell is a value of its column. A whole header that is repeated proves nothing of the kind. */
function repeatsBelow(cell: string, index: number, below: readonly TextRecord[], header: readonly string[]): boolean {
  return below.some((record) => record.cells[index] === cell && record.cells.join("\n") !== header.join("\n"));
}

/** R names one column fewer than it writes: then the first one, the row names, has none. */
export function namesOf(header: TextRecord, data: readonly TextRecord[], common: number): (string | null)[] {
  const names = header.cells;
  if (names.length !== common - 1) return names;
  const rowNames = data.map((record) => record.cells[0] ?? "");
  const hasRowNames = rowNames.length > 0 && new Set(rowNames).size === rowNames.length && !rowNames.includes("");
  const lastIsEmpty = data.every((record) => (record.cells[common - 1] ?? "").trim() === "");
  return hasRowNames && !lastIsEmpty ? [null, ...names] : names;
}

export function withoutEmptyEnd(names: readonly (string | null)[]): readonly (string | null)[] {
  const last = names.findLastIndex((name) => name !== null && name.trim() !== "");
  return names.slice(0, last + 1);
}
