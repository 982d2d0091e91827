import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { finished } from "node:stream/promises";
import type { Reject } from "../report.ts";
import type { RecordCount } from "./count-records.ts";
import type { Dialect } from "./dialect.ts";
import { type FooterRule, withoutFooter } from "./footer.ts";
import { isBlank, type TextRecord } from "./parse-records.ts";
import { isEmptyRecord, isHeaderAgain, usedWidth } from "./record-shape.ts";
import { type RecordSource, type RecordSurvey, recordsOf } from "./survey-records.ts";

/** What can be odd about a record that is kept all the same, or was left out because it is none. */
export type Oddity = "short" | "long" | "quote" | "header";

export interface OddRecords {
  count: number;
  /** The first of them, to look at. */
  lines: number[];
}

/** What the tolerant reader made of a file that a strict one would have refused, or read wrongly. */
export interface TolerantReading extends RecordCount {
  /** Columns of the widest record. */
  width: number;
  /** Records of separators alone behind the last one with a value. They are no rows. */
  emptyAtEnd: number;
  odd: Record<Oddity, OddRecords>;
  rejectedRows: number;
  /** Places in the text of the records that are a footer. */
  footer: ReadonlySet<number>;
}

export interface TolerantOptions {
  /** Where the records go, in `NORMAL_DIALECT`. */
  target: string;
  footerRule: FooterRule;
  /** Takes each record that is in no row. */
  onReject: (reject: Reject) => Promise<void>;
}

/** While it is going on. */
type Reading = Omit<TolerantReading, "footer">;

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
 * The second pass over the file: only after the survey it is known how wide the table gets and where it ends.
 */
export async function readTolerantly(
  source: RecordSource,
  survey: RecordSurvey,
  { target, footerRule, onReject }: TolerantOptions,
): Promise<TolerantReading> {
  const reading = emptyReading(survey.width);
  const footer = new Set<number>();
  const records = withoutFooter(dataRecords(source, survey), footerRule, async ({ start, line, raw }, reason) => {
    footer.add(start);
    reading.rejectedRows++;
    await onReject({ line, raw, reason });
  });
  await writeNormal(target, normalLines(records, survey, { reading, onReject }));
  return { ...reading, footer };
}

function emptyReading(width: number): Reading {
  const none = (): OddRecords => ({ count: 0, lines: [] });
  return {
    records: 0,
    blankLines: 0,
    filled: new Array<number>(width).fill(0),
    nulBytes: 0,
    longest: 0,
    width,
    emptyAtEnd: 0,
    odd: { short: none(), long: none(), quote: none(), header: none() },
    rejectedRows: 0,
  };
}

async function* dataRecords(source: RecordSource, { layout, dataEnd }: RecordSurvey): AsyncGenerator<TextRecord> {
  for await (const record of recordsOf(source)) {
    if (record.start >= dataEnd) return;
    if (record.end > layout.dataStart) yield record;
  }
}

async function* normalLines(
  records: AsyncIterable<TextRecord>,
  survey: RecordSurvey,
  { reading, onReject }: Pick<TolerantOptions, "onReject"> & { reading: Reading },
): AsyncGenerator<string> {
  const { header } = survey.layout;
  const waiting = { blanks: 0, empty: 0 };
  for await (const record of records) {
    if (isEmptyRecord(record)) {
      waiting[isBlank(record) ? "blanks" : "empty"]++;
      continue;
    }
    yield* emptyRows(waiting, reading);
    const reason = whyRejected(record, survey);
    if (reason !== undefined) {
      reading.rejectedRows++;
      await onReject({ line: record.line, raw: record.raw, reason });
    } else if (header.some((names) => isHeaderAgain(names, record))) remember(reading.odd.header, record);
    else yield toRow(record, survey.layout.width, reading);
  }
  // At the end of a file they are what a spreadsheet remembers of rows that somebody emptied.
  reading.blankLines += waiting.blanks;
  reading.emptyAtEnd = waiting.empty;
}

/** Records of separators alone are rows without a value; blank lines are, too, in a file of one column, else nothing. */
function* emptyRows(waiting: { blanks: number; empty: number }, reading: Reading): Generator<string> {
  const count = waiting.empty + (reading.width === 1 ? waiting.blanks : 0);
  const line = reading.width === 1 ? "\n" : `${",".repeat(reading.width - 1)}\n`;
  for (let index = 0; index < count; index++) yield line;
  reading.records += count;
  if (reading.width !== 1) reading.blankLines += waiting.blanks;
  waiting.blanks = 0;
  waiting.empty = 0;
}

/** Why a record is no row of the table, or undefined where it is one. */
export function whyRejected({ raw, cells }: TextRecord, { comment, width }: RecordSurvey): string | undefined {
  if (comment !== undefined && raw.startsWith(comment)) return "it is a comment";
  const used = usedWidth(cells);
  return used > width ? `it has ${used} cells` : undefined;
}

/** The record as a line of the table. */
function toRow(record: TextRecord, expected: number, reading: Reading): string {
  if (record.strayQuote) remember(reading.odd.quote, record);
  if (record.cells.length < expected) remember(reading.odd.short, record);
  if (usedWidth(record.cells) > expected) remember(reading.odd.long, record);
  if (record.raw.includes("\0")) reading.nulBytes++;
  reading.records++;
  return toLine(record, reading);
}

function toLine(record: TextRecord, reading: Reading): string {
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
