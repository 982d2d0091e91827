/** How the records of one text file are written down. */
export interface Dialect {
  /** One character, rarely more. */
  delimiter: string;
  /** Empty where the file knows no quotes. */
  quote: string;
  /** The quote itself where it is doubled, else a backslash. Empty without quotes. */
  escape: string;
  /** `a, "b, c"`: spaces after a delimiter are no part of the cell, so that its quote opens it. */
  skipInitialSpace: boolean;
  /** Old Macintosh files end lines with CR alone; everywhere else a lone CR belongs to its cell. */
  newline: "\n" | "\r\n" | "\r";
}

/** A record longer than this is taken for an unclosed quote, not for data. */
export const MAX_RECORD_BYTES = 16 * 1024 * 1024;
