import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { Reject } from "../report.ts";
import type { RecordCount } from "./count-records.ts";
import type { Dialect } from "./dialect.ts";
import { isBlank, RecordParser, type TextRecord } from "./parse-records.ts";

/** What can be odd about a record that is kept all the same. */
export type Oddity = "short" | "long" | "quote";

export interface OddRecords {
  count: number;
  /** The first of them, to look at. */
  lines: number[];
}

/** What the tolerant reader made of a file that a strict one would have refused, or read wrongly. */
export interface TolerantReading extends RecordCount {
  /** Columns of the widest record. */
  width: number;
  odd: Record<Oddity, OddRecords>;
  rejectedRows: number;
}

export interface TolerantOptions {
  /** Begins the file's text anew, in pieces. */
  open: () => AsyncIterable<string>;
  dialect: Dialect;
  /** Columns the table has by the sample; longer records add columns up to `maxWidth`, or are rejected. */
  width: number;
  maxWidth: number;
  /** Index in the text of the first record of data. */
  dataStart: number;
  /** Where the records go, in `NORMAL_DIALECT`. */
  target: string;
  /** Takes each record that is in no row. */
  onReject: (reject: Reject) => Promise<void>;
}

/** What the tolerant reader writes: the form in which a strict reader cannot go wrong. */
export const NORMAL_DIALECT: Dialect = {
  delimiter: ",",
  quote: '"',
  escape: '"',
  skipInitialSpace: false,
  newline: "\n",
};

const MAX_EXAMPLES = 5;

/**
 * Reads whatever there is and writes it down again in order: short records padded, long ones kept whole, stray quotes
 * as text. One file instead of rows pushed into DuckDB, so that types are decided and loaded the same way for all.
 * Two passes: only after the first it is known how wide the table gets.
 */
export async function readTolerantly(options: TolerantOptions): Promise<TolerantReading> {
  let width = options.width;
  for await (const { cells } of dataRecords(options)) {
    const used = usedWidth(cells);
    if (used > width && used <= options.maxWidth) width = used;
  }
  const reading = emptyReading(width);
  await writeNormal(options.target, normalLines(options, reading));
  return reading;
}

function emptyReading(width: number): TolerantReading {
  return {
    records: 0,
    blankLines: 0,
    filled: new Array<number>(width).fill(0),
    nulBytes: 0,
    longest: 0,
    width,
    odd: { short: { count: 0, lines: [] }, long: { count: 0, lines: [] }, quote: { count: 0, lines: [] } },
    rejectedRows: 0,
  };
}

async function* dataRecords({ open, dialect, dataStart }: TolerantOptions): AsyncGenerator<TextRecord> {
  const parser = new RecordParser(dialect);
  for await (const piece of open()) {
    for (const record of parser.push(piece)) if (record.end > dataStart) yield record;
  }
  for (const record of parser.end()) if (record.end > dataStart) yield record;
}

/** Cells up to the last that is not empty: separators at the end of a record are no columns. */
export function usedWidth(cells: readonly string[]): number {
  return cells.findLastIndex((cell) => cell !== "") + 1;
}

async function* normalLines(options: TolerantOptions, reading: TolerantReading): AsyncGenerator<string> {
  let waitingBlanks = 0;
  for await (const record of dataRecords(options)) {
    if (isBlank(record)) {
      waitingBlanks++;
      continue;
    }
    // In a file of one column an empty line between others is a missing value; everywhere else it is nothing.
    if (reading.width === 1) {
      for (; waitingBlanks > 0; waitingBlanks--) yield emptyRow(reading);
    }
    reading.blankLines += waitingBlanks;
    waitingBlanks = 0;
    const used = usedWidth(record.cells);
    if (used <= reading.width) yield toRow(record, options.width, reading);
    else {
      reading.rejectedRows++;
      await options.onReject({ line: record.line, raw: record.raw, reason: `it has ${used} cells` });
    }
  }
  reading.blankLines += waitingBlanks;
}

function emptyRow(reading: TolerantReading): string {
  reading.records++;
  return "\n";
}

/** The record as a line of the table. */
function toRow(record: TextRecord, expected: number, reading: TolerantReading): string {
  if (record.strayQuote) remember(reading.odd.quote, record);
  if (record.cells.length < expected) remember(reading.odd.short, record);
  if (usedWidth(record.cells) > expected) remember(reading.odd.long, record);
  if (record.raw.includes("\0")) reading.nulBytes++;
  reading.records++;
  const cells: string[] = [];
  for (let index = 0; index < reading.width; index++) {
    const cell = record.cells[index] ?? "";
    if (cell !== "") reading.filled[index] = (reading.filled[index] ?? 0) + 1;
    cells.push(/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  }
  const line = `${cells.join(",")}\n`;
  if (line.length * 3 > reading.longest) reading.longest = Math.max(reading.longest, Buffer.byteLength(line));
  return line;
}

function remember(odd: OddRecords, record: TextRecord): void {
  odd.count++;
  if (odd.lines.length < MAX_EXAMPLES) odd.lines.push(record.line);
}

async function writeNormal(target: string, lines: AsyncIterable<string>): Promise<void> {
  const stream = createWriteStream(target, { highWaterMark: 2 ** 20 });
  let batch = "";
  for await (const line of lines) {
    batch += line;
    if (batch.length < 2 ** 18) continue;
    if (!stream.write(batch)) await once(stream, "drain");
    batch = "";
  }
  stream.end(batch);
  await finished(stream);
}
