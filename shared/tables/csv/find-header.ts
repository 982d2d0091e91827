import { NULL_SPELLINGS } from "../types/type-rules.ts";
import type { TextRecord } from "./parse-records.ts";
import { isNameLike, isTyped } from "./record-shape.ts";

/** The records that name the columns: several where the names take more than one line. */
export interface FoundHeader {
  records: TextRecord[];
  /** One name per cell of the header, not yet fitted to the columns. */
  names: string[];
}

/** More lines than these name no columns; they are data of which one cannot tell the type. */
const MAX_HEADER_RECORDS = 5;
/** Records that show what stands in a column. */
const EVIDENCE_RECORDS = 50;

/** Tells names from data in the first records of a table without its titles; `common` is the usual width. */
export function findHeader(records: readonly TextRecord[], common: number): FoundHeader | undefined {
  const height = headerHeight(records, common);
  if (height > 1) return { records: records.slice(0, height), names: joinNames(records.slice(0, height)) };
  const [first, ...below] = records;
  if (first === undefined || !isHeader(first, below, common)) return undefined;
  return { records: [first], names: first.cells };
}

/** True for words over columns of numbers or dates: nothing else looks like that but names. */
export function isNamesOverData(record: TextRecord, below: readonly TextRecord[]): boolean {
  return record.cells.every(isNameLike) && typedUnder(record, below).length > 0;
}

/**
 * How many records name the columns, as far as types can prove it: below the first one come others that have words,
 * too, where numbers or dates follow: units, or the names of parts under those of groups.
 */
function headerHeight(records: readonly TextRecord[], common: number): number {
  const [first] = records;
  if (first === undefined || first.cells.length < common - 1 || !first.cells.every(isNameLike)) return 0;
  for (let height = Math.min(MAX_HEADER_RECORDS, records.length - 1); height > 1; height--) {
    const below = records.slice(height, height + EVIDENCE_RECORDS);
    const typed = range(common).filter((index) => isTypedBelow(below, index));
    const more = records.slice(1, height);
    if (more.every((record) => isMoreOfHeader(record, { below, typed, common }))) return height;
  }
  return 1;
}

interface Body {
  below: readonly TextRecord[];
  /** Columns of numbers or dates. */
  typed: readonly number[];
  common: number;
}

/** A record of data can have words in place of its numbers, `missing` say; but hardly in all, and not once only. */
function isMoreOfHeader(record: TextRecord, { below, typed, common }: Body): boolean {
  if (record.cells.length < common - 1 || !record.cells.every(isNameLike)) return false;
  const named = typed.filter((index) => isFilled(record, index));
  const hasNoKey = !isFilled(record, 0);
  if (named.length === 0 || (typed.length < 2 && !hasNoKey)) return false;
  if (!hasNoKey && named.length * 2 < typed.length) return false;
  const names = new Set(named.map((index) => (record.cells[index] ?? "").trim()));
  // `**` or `suppressed` in all numbers of a row.
  if ((names.size === 1 && named.length > 1 && !hasNoKey) || [...names].some((name) => !/\p{L}/u.test(name)))
    return false;
  const others = below.filter((other) => other.raw !== record.raw); // the whole header may come again
  return named.every((index) => {
    const name = (record.cells[index] ?? "").trim();
    return !NULL_SPELLINGS.has(name) && !others.some(({ cells }) => cells[index]?.trim() === name);
  });
}

/**
 * One name per column of what stands above it. A group's name stands over its first column only and counts for those
 * to its right that have none of their own; a header that comes twice counts once.
 */
function joinNames(records: readonly TextRecord[]): string[] {
  const width = Math.max(...records.map(({ cells }) => cells.length));
  const parts: string[][] = range(width).map(() => []);
  records.forEach((record, row) => {
    let group = "";
    for (const index of range(width)) {
      const own = record.cells[index]?.trim() ?? "";
      const isNewAbove = records.slice(0, row).some((above) => isFilled(above, index));
      if (own !== "" || isNewAbove) group = own;
      const isNamedBelow = records.slice(row + 1).some((below) => isFilled(below, index));
      const part = own === "" && isNamedBelow ? group : own;
      if (part !== "" && !parts[index]?.includes(part)) parts[index]?.push(part);
    }
  });
  return parts.map((part, index) => {
    const [only, ...others] = part;
    const asItStands = records.find((record) => record.cells[index]?.trim() === only)?.cells[index];
    return others.length === 0 ? (asItStands ?? "") : part.join(" ");
  });
}

/**
 * Tells names from data in one record. Years may be names (`Country,1990,1991`); otherwise a number or a date speaks
 * for data. Where all columns are text nothing can prove it, so the first record is a header unless its words come
 * again below.
 */
function isHeader(first: TextRecord, below: readonly TextRecord[], common: number): boolean {
  const { cells } = first;
  if (cells.length < common - 1 || cells.every((cell) => cell.trim() === "")) return false;
  const notNames = cells.filter((cell) => !isNameLike(cell));
  if (notNames.length > 0) return isYearHeader(cells, notNames, below);
  if (typedUnder(first, below.slice(0, EVIDENCE_RECORDS), (typed) => typed > 0).length > 0) return true;
  return !cells.some((cell, index) => cell.trim() !== "" && repeatsBelow(cell, index, below, cells));
}

/** A single year is a name only where no other stands below it. */
function isYearHeader(cells: readonly string[], notNames: readonly string[], below: readonly TextRecord[]): boolean {
  const isYear = (cell: string) => /^(1[5-9]|20|21)\d\d$/.test(cell.trim());
  const hasName = cells.some((cell) => isNameLike(cell) && cell.trim() !== "");
  if (!hasName || !notNames.every(isYear) || new Set(notNames).size !== notNames.length) return false;
  const index = cells.findIndex((cell) => notNames.includes(cell));
  const hasYears = below.slice(0, EVIDENCE_RECORDS).some((record) => isYear(record.cells[index] ?? ""));
  return notNames.length > 1 || (below.length > 1 && !hasYears && isTypedBelow(below, index));
}

/** True where the cell is a value of its column. A whole header that is repeated proves nothing of the kind. */
function repeatsBelow(cell: string, index: number, below: readonly TextRecord[], header: readonly string[]): boolean {
  return below.some((record) => record.cells[index] === cell && record.cells.join("\n") !== header.join("\n"));
}

/** The columns named by this record in which so many of the cells below are numbers or dates. */
function typedUnder(
  record: TextRecord,
  below: readonly TextRecord[],
  isEnough: (typed: number, filled: number) => boolean = (typed, filled) => typed >= filled * 0.8,
): number[] {
  return range(record.cells.length).filter((index) => isFilled(record, index) && isTypedBelow(below, index, isEnough));
}

function isTypedBelow(
  below: readonly TextRecord[],
  index: number,
  isEnough: (typed: number, filled: number) => boolean = (typed, filled) => typed >= filled * 0.8,
): boolean {
  const cells = below
    .slice(0, EVIDENCE_RECORDS)
    .map((record) => (record.cells[index] ?? "").trim())
    .filter((cell) => cell !== "" && !NULL_SPELLINGS.has(cell));
  return cells.length > 0 && isEnough(cells.filter(isTyped).length, cells.length);
}

function isFilled(record: TextRecord, index: number): boolean {
  return (record.cells[index] ?? "").trim() !== "";
}

function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
