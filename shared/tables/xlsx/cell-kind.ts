/**
 * What a cell holds, as small numbers because there is one for every cell.
 */
export const cellKind = {
  blank: 0,
  text: 1,
  number: 2,
  boolean: 3,
  /** A date, with or without a time; its number is milliseconds since 1970. */
  instant: 4,
  /** A time of day; its number is milliseconds since midnight. */
  clock: 5,
  /** A length of time, as `[h]:mm` shows it; its number is milliseconds. */
  duration: 6,
  /** `#N/A` and its kin; its text is the code. */
  error: 7,
  /** A whole number beyond 2^53, kept as text. */
  longInteger: 8,
  /** A text of no length, as `=""` gives: an empty text in a column of texts, NULL in others, no row by itself. */
  emptyText: 9,
} as const;
