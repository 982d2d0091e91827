import { ConversionError } from "../conversion-error.ts";
import type { Dialect } from "./dialect.ts";
import { MAX_RECORD_BYTES } from "./dialect.ts";
import { type RawRecord, readRecord, type TextEnd } from "./read-record.ts";

/** One record as it stands in the file, whatever its width. */
export interface TextRecord {
  cells: string[];
  /** Line at which it begins, from 1. */
  line: number;
  /** Its text without the line break. */
  raw: string;
  /** A quote in it was not where quotes belong; the cells hold it as it stood. */
  strayQuote: boolean;
  /** Cells in quotes that are in order. */
  quotedCells: number;
  /** Indexes in all the text so far: of its first character, and just behind its line break. */
  start: number;
  end: number;
}

/**
 * Our own reader of delimited text: takes whatever comes, loses no character of it, and says what was odd.
 *
 * It differs from a strict reader only where that one would stop: a quote inside a quoted cell that neither closes
 * nor is doubled is text; a quote that never closes, or closes in the middle of a later line, was text from the
 * start. Text may come in pieces of any size.
 */
export class RecordParser {
  readonly #dialect: Dialect;
  readonly #width: number | undefined;
  #text = "";
  #line = 1;
  #consumed = 0;

  /** `width`, where it is known, decides between two readings of a record whose quotes are out of order. */
  constructor(dialect: Dialect, width?: number) {
    this.#dialect = dialect;
    this.#width = width;
  }

  /** The records that are complete with this piece of text. */
  *push(piece: string): Generator<TextRecord> {
    this.#text += piece;
    yield* this.#records(false);
    if (this.#text.length > MAX_RECORD_BYTES) yield* this.#giveUpOpenQuote();
  }

  /** The records left when no more text comes. */
  *end(): Generator<TextRecord> {
    yield* this.#records(true);
  }

  *#records(final: boolean): Generator<TextRecord> {
    let position = 0;
    while (position < this.#text.length) {
      const record = this.#read(position, final ? "all" : "more");
      if (record === undefined) break;
      yield this.#take(position, record);
      position = record.next;
    }
    this.#drop(position);
  }

  /** A quoted cell has grown beyond any cell: reads one record with its open quote as text, then goes on as usual. */
  *#giveUpOpenQuote(): Generator<TextRecord> {
    const record = readRecord(this.#text, 0, this.#dialect, "give_up");
    if (record === undefined) {
      throw new ConversionError("too_wide", `Line ${this.#line} is longer than ${MAX_RECORD_BYTES / 2 ** 20} MB`);
    }
    yield this.#take(0, record);
    this.#drop(record.next);
    yield* this.#records(false);
  }

  /**
   * A quote that is not closed in order is taken for the beginning of a cell that holds quotes, `"a "b" c"`, unless that
   * gives another number of cells than the table has and taking it for text, `"a` then `"b"`, gives this number.
   */
  #read(position: number, end: TextEnd): RawRecord | undefined {
    const record = readRecord(this.#text, position, this.#dialect, end);
    if (record === undefined || !record.strayQuote || this.#width === undefined) return record;
    if (record.cells.length === this.#width) return record;
    const other = readRecord(this.#text, position, { ...this.#dialect, strictQuotes: true }, end);
    return other === undefined || other.cells.length === this.#width ? other : record;
  }

  #take(start: number, record: RawRecord): TextRecord {
    const raw = this.#text.slice(start, record.stop);
    const line = this.#line;
    this.#line += 1 + countLineBreaks(raw, this.#dialect.newline === "\r");
    const { cells, strayQuote, quotedCells } = record;
    const place = { start: this.#consumed + start, end: this.#consumed + record.next };
    return { cells, line, raw, strayQuote, quotedCells, ...place };
  }

  #drop(length: number): void {
    this.#text = this.#text.slice(length);
    this.#consumed += length;
  }
}

/** All records of a text that is there as a whole. */
export function* parseRecords(text: string, dialect: Dialect, width?: number): Generator<TextRecord> {
  const parser = new RecordParser(dialect, width);
  yield* parser.push(text);
  yield* parser.end();
}

/** True for a line with nothing on it but spaces. */
export function isBlank(record: TextRecord): boolean {
  return record.cells.length === 1 && record.raw.trim() === "";
}

function countLineBreaks(text: string, carriageReturn: boolean): number {
  const lineBreak = carriageReturn ? "\r" : "\n";
  let count = 0;
  for (let at = text.indexOf(lineBreak); at >= 0; at = text.indexOf(lineBreak, at + 1)) count++;
  return count;
}
