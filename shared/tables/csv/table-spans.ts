import type { TextRecord } from "./parse-records.ts";
import {
  commonestOf,
  countWidth,
  filledCells,
  isEmptyRecord,
  isNameLike,
  isTyped,
  usedWidth,
  type WidthCounts,
} from "./record-shape.ts";

/** One of the tables in a file. Its place is given as indexes in the text. */
export interface TableSpan {
  start: number;
  end: number;
  /** Line of its first record. */
  line: number;
  /** Records that are not empty, its header and titles among them. */
  records: number;
  filled: number;
  /** Cells of its widest record of data, up to the last that holds something. */
  used: number;
  /** The first record of it with more than one cell, to know it by. */
  label: string[];
  /** Its first records, as many as a layout needs. */
  head: TextRecord[];
}

/** Records of data that must follow a header for it to begin another table. */
const PROOF_RECORDS = 3;
/** As many as tell how wide a table is and where its header ends. */
const HEAD_RECORDS = 500;

/**
 * Tells the tables of a file apart while its records pass by. A new one begins where a record of names is wider or
 * narrower than the table above it, or stands behind an empty line, and the records that follow are as wide as these names and hold numbers or dates
 * under some of them. Single texts right above belong to it as its titles. Anything less clear stays where it is.
 */
export class TableSpans {
  readonly #spans: TableSpan[] = [];
  /** A header that might begin a table, and what follows it. */
  #candidate: TextRecord[] = [];
  /** Records with a single text, just before what comes next. */
  #titles: TextRecord[] = [];
  /** Cells that most records of the current table have, by the widths of its head. */
  #width = 0;
  #widths: WidthCounts = new Map();
  #last = 0;
  /** The record before this one was empty. */
  #isAfterGap = false;
  readonly #dataStart: number;
  readonly #maxWidth: number;

  /** Records before `dataStart`, and ones wider than `maxWidth`, do not count for how wide a table is. */
  constructor({ dataStart, maxWidth } = { dataStart: 0, maxWidth: Number.POSITIVE_INFINITY }) {
    this.#dataStart = dataStart;
    this.#maxWidth = maxWidth;
  }

  push(record: TextRecord): void {
    const isEmpty = isEmptyRecord(record);
    if (!isEmpty) this.#see(record);
    this.#isAfterGap = isEmpty;
    this.#last = record.end;
  }

  /** All tables of the file, in their order. Call it once, at the end. */
  finish(): TableSpan[] {
    if (isHeaded(this.#candidate)) this.#begin();
    else this.#settle();
    this.#keepTitles();
    const last = this.#spans.at(-1);
    if (last !== undefined) last.end = this.#last;
    return this.#spans;
  }

  #see(record: TextRecord): void {
    const [header] = this.#candidate;
    if (header !== undefined && record.cells.length === header.cells.length) {
      this.#candidate.push(record);
      if (this.#candidate.length > PROOF_RECORDS) isHeaded(this.#candidate) ? this.#begin() : this.#settle();
      return;
    }
    this.#settle();
    if (this.#mayBegin(record)) this.#candidate = [record];
    else if (filledCells(record) === 1 && this.#spans.length > 0) this.#titles.push(record);
    else {
      this.#keepTitles();
      this.#add(record);
    }
  }

  #mayBegin(record: TextRecord): boolean {
    const current = this.#spans.at(-1);
    const width = record.cells.length;
    if (current === undefined || current.records < 2 || width < 2) return false;
    // Every record passes here, so what costs least is asked first.
    const isAsWide = width === this.#width;
    if ((isAsWide && !this.#isAfterGap) || !record.cells.every(isNameLike)) return false;
    const names = record.cells.filter((cell) => cell.trim() !== "");
    if (names.length < 2 || new Set(names).size < names.length || current.head.every(isComment)) return false;
    // As wide as the table above it may begin another one only behind an empty line, and with a name for each column.
    return !isAsWide || (names.length === width && !current.head.some(({ raw }) => raw === record.raw));
  }

  #begin(): void {
    const records = [...this.#titles, ...this.#candidate];
    const [first] = records;
    const previous = this.#spans.at(-1);
    const start = first?.start ?? this.#last;
    if (previous !== undefined) previous.end = start;
    this.#spans.push(emptySpan(start, first?.line ?? 1));
    this.#widths = new Map();
    this.#titles = [];
    this.#candidate = [];
    for (const record of records) this.#add(record);
  }

  /** The candidate was none: its records belong to the table above. */
  #settle(): void {
    if (this.#candidate.length === 0) return;
    this.#keepTitles();
    for (const record of this.#candidate) this.#add(record);
    this.#candidate = [];
  }

  #keepTitles(): void {
    for (const record of this.#titles) this.#add(record);
    this.#titles = [];
  }

  #add(record: TextRecord): void {
    let span = this.#spans.at(-1);
    if (span === undefined) {
      span = emptySpan(0, record.line);
      this.#spans.push(span);
    }
    span.records++;
    span.filled += filledCells(record);
    if (span.label.length === 0 && filledCells(record) > 1) span.label = record.cells;
    const used = usedWidth(record.cells);
    if (record.start >= this.#dataStart && used <= this.#maxWidth) span.used = Math.max(span.used, used);
    if (span.head.length === HEAD_RECORDS) return;
    span.head.push(record);
    countWidth(this.#widths, record);
    this.#width = commonestOf(this.#widths, span.head.length).width;
  }
}

function emptySpan(start: number, line: number): TableSpan {
  return { start, end: start, line, records: 0, filled: 0, used: 0, label: [], head: [] };
}

/** The tables in records that are there as a whole. */
export function findTables(records: readonly TextRecord[]): TableSpan[] {
  const spans = new TableSpans();
  for (const record of records) spans.push(record);
  return spans.finish();
}

/** The one with the most records; of equals the one with the most in its cells, then the first. */
export function largestTable(spans: readonly TableSpan[]): TableSpan | undefined {
  return spans.toSorted((a, b) => b.records - a.records || b.filled - a.filled)[0];
}

/** What stands above a table in lines that begin with `#` describes it and is none. */
function isComment({ raw }: TextRecord): boolean {
  return raw.startsWith("#");
}

/** True for a header that has numbers or dates in every record below it, in one column at least. */
function isHeaded([header, ...rows]: readonly TextRecord[]): boolean {
  if (header === undefined || rows.length === 0) return false;
  return header.cells.some((cell, index) => cell.trim() !== "" && rows.every(({ cells }) => isTyped(cells[index])));
}
