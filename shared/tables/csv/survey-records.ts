import type { Dialect } from "./dialect.ts";
import type { Layout } from "./find-layout.ts";
import { findLayout } from "./find-layout.ts";
import { RecordParser, type TextRecord } from "./parse-records.ts";
import { isEmptyRecord } from "./record-shape.ts";
import { largestTable, type TableSpan, TableSpans } from "./table-spans.ts";

/** A text to read from its beginning, as often as needed. */
export interface RecordSource {
  /** Begins the text anew, in pieces. */
  open: () => AsyncIterable<string>;
  dialect: Dialect;
  /** Columns the table has by the sample. */
  width: number;
}

/** What all records of a file say, where the sample could only guess. */
export interface RecordSurvey {
  layout: Layout;
  /** Columns the table needs for its longest record. */
  width: number;
  /** Index in the text where the table ends. */
  dataEnd: number;
  /** Tables that are not read. */
  others: TableSpan[];
  /** What lines that are no data begin with, if the table holds any. */
  comment?: string;
}

export interface SurveyOptions {
  /** Cells beyond these are no columns; such a record is rejected. */
  maxWidth: number;
  /** The layout was given: the file is one table whatever it looks like. */
  isGiven: boolean;
}

/** Marks with which lines of comment begin. */
const COMMENT_MARKS = ["#", "//", "%"] as const;

/** Looks at every record of a file that is not regular, before any of them is written. */
export async function surveyRecords(
  source: RecordSource,
  layout: Layout,
  { maxWidth, isGiven }: SurveyOptions,
): Promise<RecordSurvey> {
  const spans = new TableSpans({ dataStart: layout.dataStart, maxWidth });
  const marks = new Map(COMMENT_MARKS.map((mark) => [mark, { odd: 0, regular: 0 }]));
  for await (const record of recordsOf(source)) {
    spans.push(record);
    if (record.start >= layout.dataStart) countMarks(marks, record, layout.width);
  }
  const tables = spans.finish();
  const comment = COMMENT_MARKS.find((mark) => isComment(marks.get(mark)));
  const whole = { layout, others: [], ...(comment !== undefined && { comment }) };
  const main = largestTable(tables);
  if (isGiven || main === undefined || tables.length === 1) {
    const used = Math.max(...tables.map((table) => table.used));
    return { ...whole, width: Math.max(layout.width, used), dataEnd: Number.POSITIVE_INFINITY };
  }
  const own = findLayout(main.head);
  const others = tables.filter((table) => table !== main);
  return { ...whole, layout: own, width: Math.max(own.width, main.used), dataEnd: main.end, others };
}

/** Every record of a text, read as one of a table so wide. */
export async function* recordsOf({ open, dialect, width }: RecordSource): AsyncGenerator<TextRecord> {
  const parser = new RecordParser(dialect, width);
  for await (const piece of open()) yield* parser.push(piece);
  yield* parser.end();
}

type MarkCount = { odd: number; regular: number };

function countMarks(marks: ReadonlyMap<string, MarkCount>, record: TextRecord, width: number): void {
  for (const [mark, count] of marks) {
    if (!record.raw.startsWith(mark)) continue;
    if (record.cells.length === width || isEmptyRecord(record)) count.regular++;
    else count.odd++;
  }
}

/** Comments are lines with a mark, none of which could be a record. */
function isComment(count: MarkCount | undefined): boolean {
  return count !== undefined && count.odd > 0 && count.regular === 0;
}
