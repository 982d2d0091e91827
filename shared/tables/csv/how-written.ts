/**
 * What has to be known beside a table's texts to write its file again: what stands above the data, which cells are in
 * quotes, how the file ends. All of it comes from the count of every byte, so that it is known and not guessed; where
 * the count leaves something open, the file itself is kept.
 */
import type { DuckDBConnection } from "@duckdb/node-api";
import { open } from "node:fs/promises";
import { type ColumnQuotes, originalTextSql, type WrittenColumnText } from "../original-text.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import type { ProvenCount } from "./count-records.ts";
import type { Dialect } from "./dialect.ts";
import type { InspectedText } from "./inspect-text.ts";

/** How a file was written around the texts of its cells. */
export interface Writing {
  /** Everything before the first record of data, word for word. */
  head: string;
  /** Cells of each record. Those beyond the table's columns are empty. */
  width: number;
  hasByteOrderMark: boolean;
  /** The last record has no line break. */
  hasOpenEnd: boolean;
  /** Records of separators alone behind the last row. */
  emptyAtEnd: number;
  /** By column of the table. */
  quotes: ColumnQuotes[];
}

/** A table that was just made, and what was counted of its file. */
export interface WrittenTable {
  table: string;
  columns: readonly WrittenColumnText[];
  count: ProvenCount;
  emptyAtEnd: number;
}

/** Encodings whose every text this and the script's side write in the same bytes. */
const REVERSIBLE = new Set(["utf-8", "utf-16le", "utf-16be", "windows-1252"]);

/** Answers undefined where the file could not be written again from its table as it stood. */
export async function findWriting(
  connection: DuckDBConnection,
  { text, dialect, head, layout: { width } }: InspectedText,
  written: WrittenTable,
): Promise<Writing | undefined> {
  const { count, columns, emptyAtEnd } = written;
  const isPlain = REVERSIBLE.has(text.encoding) && dialect.escape !== "\\" && count.blankLines === 0;
  const hasQuotesBeyond = count.quoted.slice(columns.length).some((cells) => cells > 0);
  if (!isPlain || hasQuotesBeyond) return undefined;
  const quotes = await findQuotes(connection, dialect, written);
  if (quotes === undefined) return undefined;
  const hasOpenEnd = !(await endsWithLineBreak(text.path));
  return { head, width, hasByteOrderMark: text.hasByteOrderMark, hasOpenEnd, emptyAtEnd, quotes };
}

/** A guess at which of a column's cells stand in quotes, and the count that proves it. */
interface QuotesGuess extends ColumnQuotes {
  column: WrittenColumnText;
  /** SQL for what is true of some of its texts. */
  claim: (text: string) => string;
  /** Of how many it must be true. */
  expected: number;
}

async function findQuotes(
  connection: DuckDBConnection,
  { delimiter, quote }: Dialect,
  { table, columns, count, emptyAtEnd }: WrittenTable,
): Promise<ColumnQuotes[] | undefined> {
  const marks = [delimiter, quote, "\n", "\r"];
  const guesses = columns.map((column, index) => guessQuotes(column, index, { count, emptyAtEnd, marks }));
  const isProven = await proveAll(
    connection,
    table,
    guesses.flatMap((guess) => ("claim" in guess ? [guess] : [])),
  );
  return isProven ? guesses.map(({ quotes, bare_text }) => ({ quotes, bare_text })) : undefined;
}

type CountedQuotes = Pick<WrittenTable, "count" | "emptyAtEnd"> & { marks: readonly string[] };

function guessQuotes(
  column: WrittenColumnText,
  index: number,
  { count, emptyAtEnd, marks }: CountedQuotes,
): ColumnQuotes | QuotesGuess {
  const quoted = count.quoted[index] ?? 0;
  if (quoted === 0) return { quotes: "none", bare_text: null };
  if (quoted === count.records) return { quotes: "all", bare_text: null };
  const bare = count.bare.textOf(index);
  const bareCells = count.bare.counts[index] ?? 0;
  if (bare !== undefined && quoted + bareCells === count.records) {
    const claim = (text: string) => `${text} = ${quoteText(bare)}`;
    const expected = bareCells - (bare === "" ? emptyAtEnd : 0);
    return { quotes: "all", bare_text: bare, column, claim, expected };
  }
  // What cannot stand without quotes has them, so that equal numbers mean the same cells.
  const claim = (text: string) => marks.map((mark) => `contains(${text}, ${quoteText(mark)})`).join(" OR ");
  return { quotes: "needed", bare_text: null, column, claim, expected: quoted };
}

async function proveAll(
  connection: DuckDBConnection,
  table: string,
  guesses: readonly QuotesGuess[],
): Promise<boolean> {
  if (guesses.length === 0) return true;
  const columns = guesses.map(({ column }) => column);
  const counts = guesses.map(({ column, claim }) => `count(*) FILTER (WHERE ${claim(quoteName(column.name))})`);
  const reader = await connection.runAndReadAll(
    `SELECT ${counts.join(", ")} FROM (${originalTextSql(table, columns)})`,
  );
  const found = (reader.getRowsJson()[0] ?? []).map(Number);
  return guesses.every(({ expected }, position) => found[position] === expected);
}

async function endsWithLineBreak(path: string): Promise<boolean> {
  await using file = await open(path);
  const { size } = await file.stat();
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
  return buffer[0] === 10;
}
