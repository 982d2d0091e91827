import { quoteText } from "../sql-text.ts";
import { type Dialect, MAX_RECORD_BYTES } from "./dialect.ts";

/** A file of UTF-8 text that a strict reader understands. */
export interface StrictSource {
  path: string;
  dialect: Dialect;
  width: number;
  /** Records above the data. */
  skip: number;
}

/** The name of a column within the text source, whatever its header says. */
export function textColumn(index: number): string {
  return `c${index}`;
}

/**
 * DuckDB's reader with nothing left to guess: dialect given, every column text, any irregularity an error. Its own
 * detection samples, and loses data without a word when the rest of the file is different.
 */
export function readCsvSql({ path, dialect, width, skip }: StrictSource): string {
  const columns = Array.from({ length: width }, (_, index) => `'${textColumn(index)}': 'VARCHAR'`);
  return `read_csv(${quoteText(path)}, auto_detect = false, header = false, strict_mode = true,
    columns = {${columns.join(", ")}}, skip = ${skip}, encoding = 'utf-8', compression = 'none',
    delim = ${quoteText(dialect.delimiter)}, quote = ${quoteText(dialect.quote)}, escape = ${quoteText(dialect.escape)},
    nullstr = '', max_line_size = ${MAX_RECORD_BYTES})`;
}
