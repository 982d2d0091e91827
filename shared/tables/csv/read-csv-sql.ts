import { quoteText } from "../sql-text.ts";
import type { Dialect } from "./dialect.ts";

/** A file of UTF-8 text that a strict reader understands. */
export interface StrictSource {
  path: string;
  dialect: Dialect;
  width: number;
  /** Records above the data. */
  skip: number;
  /** Bytes of the longest record by our own count. */
  longest: number;
}

/** The name of a column within the text source, whatever its header says. */
export function textColumn(index: number): string {
  return `c${index}`;
}

/** The preamble is not counted, so there is room for a long line in it. */
const MIN_LINE_BYTES = 1024 * 1024;
/** Left alone DuckDB takes 16 times the longest line it is to expect, per buffer: 256 MB here. */
const MIN_BUFFER_BYTES = 8 * 1024 * 1024;

/**
 * DuckDB's reader with nothing left to guess: dialect and types given, any irregularity an error. Its own
 * detection samples, and loses data without a word when the rest of the file is different.
 *
 * `types` names, by column, those that are more than text. They must be proven: the reader takes `1.5` for an integer 2.
 */
export function readCsvSql(
  { path, dialect, width, skip, longest }: StrictSource,
  types: ReadonlyMap<number, string> = new Map(),
): string {
  // Left out it is guessed even with detection off, and a CR in the first cell is enough to guess wrong. Naming CR LF,
  // however, makes DuckDB 1.5.5 read nothing right; there the guess has to do.
  const newline = dialect.newline === "\n" ? "new_line = '\\n'," : "";
  const line = Math.max(longest + 2, MIN_LINE_BYTES);
  const columns = Array.from(
    { length: width },
    (_, index) => `'${textColumn(index)}': '${types.get(index) ?? "VARCHAR"}'`,
  );
  return `read_csv(${quoteText(path)}, auto_detect = false, header = false, strict_mode = true,
    columns = {${columns.join(", ")}}, skip = ${skip}, encoding = 'utf-8', compression = 'none',
    delim = ${quoteText(dialect.delimiter)}, quote = ${quoteText(dialect.quote)}, escape = ${quoteText(dialect.escape)},
    ${newline} nullstr = '', max_line_size = ${line}, buffer_size = ${Math.max(2 * line, MIN_BUFFER_BYTES)})`;
}
