import { findHeader, isNamesOverData } from "./find-header.ts";
import type { TextRecord } from "./parse-records.ts";
import { commonestWidth, filledCells, isEmptyRecord, isHeaderAgain, isNameLike, isTyped } from "./record-shape.ts";

/** Where in the file the table is: what is above it, its header, its width. */
export interface Layout {
  width: number;
  /** The records with the names; none where the file has no header. */
  header: TextRecord[];
  /** Header cells for each column: shifted by one where the first column has no name, as R writes it. */
  names: (string | null)[];
  /** Records above the table that are no data, without the empty ones. */
  preamble: TextRecord[];
  /** Records (empty ones too) before the first record of data: what `read_csv` has to skip. */
  skip: number;
  /** Index in the text of the first record of data. */
  dataStart: number;
  /** The records below the header, without the empty ones and the header itself where it comes again. */
  data: TextRecord[];
  isHeaderAgain: boolean;
}

/** Finds the table in its first records. Never answers fewer columns than the records have in common. */
export function findLayout(records: readonly TextRecord[]): Layout {
  const filled = records.filter((record) => !isEmptyRecord(record));
  const common = commonestWidth(filled).width;
  const top = Math.max(0, firstOfTable(filled, common));
  const found = findHeader(filled.slice(top), common);
  const header = found?.records ?? [];
  const isAgain = (record: TextRecord) => header.some((names) => isHeaderAgain(names, record));
  const below = filled.slice(top + header.length);
  const data = below.filter((record) => !isAgain(record));
  const names = found === undefined ? [] : namesOf(found.names, data, common);
  const width = Math.max(common, withoutEmptyEnd(names).length);
  const dataStart = header.at(-1)?.end ?? filled[top - 1]?.end ?? records[0]?.start ?? 0;
  return {
    width,
    header,
    names: Array.from({ length: width }, (_, index) => names[index] ?? null),
    preamble: filled.slice(0, top),
    skip: records.filter((record) => record.end <= dataStart).length,
    dataStart,
    data,
    isHeaderAgain: data.length < below.length,
  };
}

/** The first record that is no title or note above the table. */
function firstOfTable(records: readonly TextRecord[], common: number): number {
  if (common === 1) return 0;
  const typical = median(records.map(filledCells));
  return records.findIndex((_, index) => !isTitle(records, index, { common, typical }));
}

/** How wide the table's records are, and how many of their cells usually hold something. */
interface Usual {
  common: number;
  typical: number;
}

function isTitle(records: readonly TextRecord[], index: number, { common, typical }: Usual): boolean {
  const [record, next] = [records[index], records[index + 1]];
  if (record === undefined) return false;
  const filled = filledCells(record);
  if (record.raw.startsWith("#") && record.cells.length !== common && next !== undefined) return true;
  const isAboveHeader =
    next?.cells.length === common && filledCells(next) > 1 && isNamesOverData(next, records.slice(index + 2));
  if (record.cells.length > common) return filled === 1 || isAboveHeader;
  // A title padded with separators, as spreadsheets export it.
  if (record.cells.length === common) {
    return filled === 1 && ((common > 2 && typical > 2) || isAboveHeader || isAboveNames(records, index, common));
  }
  return !(filled > 1 && (record.cells.length === common - 1 || isLastBeforeData(records, index, common)));
}

/** True where a record full of words follows soon, in a table whose records are mostly empty. */
function isAboveNames(records: readonly TextRecord[], index: number, common: number): boolean {
  const soon = records.slice(index + 1, index + 6);
  return soon.some((record) => filledCells(record) >= Math.max(3, common * 0.6) && record.cells.every(isNameLike));
}

/** A short header is still one if the table begins right below it. */
function isLastBeforeData(records: readonly TextRecord[], index: number, common: number): boolean {
  const [record, next] = [records[index], records[index + 1]];
  if (record === undefined || next === undefined || next.cells.length !== common) return false;
  return record.cells.every(isNameLike) && next.cells.some(isTyped);
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Names that fit the columns: R names one fewer than it writes, and stray separators stand between others. */
export function namesOf(
  names: readonly string[],
  data: readonly TextRecord[],
  common: number,
): readonly (string | null)[] {
  if (names.length > common) return withoutStraySeparators(names, data, common);
  if (names.length !== common - 1) return names;
  const rowNames = data.map((record) => record.cells[0] ?? "");
  const hasRowNames = rowNames.length > 0 && new Set(rowNames).size === rowNames.length && !rowNames.includes("");
  const lastIsEmpty = data.every((record) => (record.cells[common - 1] ?? "").trim() === "");
  return hasRowNames && !lastIsEmpty ? [null, ...names] : names;
}

/** A header longer than every record by as many cells as it has empty ones: without those its names fit. */
function withoutStraySeparators(
  names: readonly string[],
  data: readonly TextRecord[],
  common: number,
): readonly string[] {
  const filled = names.filter((name) => name.trim() !== "");
  const fits = filled.length === common && data.length > 0 && data.every(({ cells }) => cells.length <= common);
  return fits ? filled : names;
}

export function withoutEmptyEnd(names: readonly (string | null)[]): readonly (string | null)[] {
  const last = names.findLastIndex((name) => name !== null && name.trim() !== "");
  return names.slice(0, last + 1);
}
