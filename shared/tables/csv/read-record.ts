import type { Dialect } from "./dialect.ts";

/** `stop` is where the record's text ends, `next` where the next record begins. */
export interface RawRecord {
  cells: string[];
  stop: number;
  next: number;
  strayQuote: boolean;
  /** Cells in quotes that are in order. */
  quotedCells: number;
}

/**
 * What is known of the text behind the end: `more` may come (then a record without its line break is not read),
 * this is `all`, or we `give_up` waiting for an open quote to close.
 */
export type TextEnd = "more" | "all" | "give_up";

/** A dialect, and whether a quote that is out of order is text at once. */
export interface Reading extends Dialect {
  strictQuotes?: boolean;
}

interface Cell {
  value: string;
  /** Where the delimiter, line break or end of text begins. */
  stop: number;
  stray: boolean;
  quoted: boolean;
}

/** Reads the record that begins at `start`, or answers undefined where its end is not in the text yet. */
export function readRecord(text: string, start: number, dialect: Reading, end: TextEnd): RawRecord | undefined {
  const cells: string[] = [];
  let strayQuote = false;
  let quotedCells = 0;
  let position = isAligned(dialect) ? skipSpaces(text, start) : start;
  while (true) {
    const cell = readCell(text, position, dialect, end);
    if (cell === undefined) return undefined;
    cells.push(cell.value);
    strayQuote ||= cell.stray;
    if (cell.quoted) quotedCells++;
    if (!text.startsWith(dialect.delimiter, cell.stop) || cell.stop >= text.length) {
      const next = afterLineBreak(text, cell.stop, dialect, end);
      return next === undefined ? undefined : { cells, stop: cell.stop, next, strayQuote, quotedCells };
    }
    position = cell.stop + dialect.delimiter.length;
    if (!isAligned(dialect)) continue;
    position = skipSpaces(text, position);
    if (position >= text.length && end !== "all") return undefined;
    if (position >= text.length || isLineBreak(text, position, dialect)) {
      const next = afterLineBreak(text, position, dialect, end);
      return next === undefined ? undefined : { cells, stop: position, next, strayQuote, quotedCells };
    }
  }
}

/** Columns stand under each other: spaces, however many, are one separator, and none at either end of a line. */
function isAligned({ delimiter, skipInitialSpace }: Dialect): boolean {
  return delimiter === " " && skipInitialSpace;
}

function skipSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") at++;
  return at;
}

function isLineBreak(text: string, at: number, { newline }: Dialect): boolean {
  const code = text.charCodeAt(at);
  if (code === 10) return newline !== "\r";
  return code === 13 && (newline === "\r" || text.charCodeAt(at + 1) === 10);
}

function afterLineBreak(text: string, stop: number, dialect: Reading, end: TextEnd): number | undefined {
  if (stop >= text.length) return end === "all" ? text.length : undefined;
  if (text[stop] !== "\r") return stop + 1;
  if (dialect.newline !== "\r") return stop + 2; // the cell ended at CR LF
  if (stop + 1 >= text.length && end === "more") return undefined;
  return text[stop + 1] === "\n" ? stop + 2 : stop + 1;
}

function readCell(text: string, start: number, dialect: Reading, end: TextEnd): Cell | undefined {
  const open = dialect.quote === "" ? -1 : openingQuote(text, start, dialect);
  if (open < 0) return readPlainCell(text, start, dialect, end);
  const quoted = readQuotedCell(text, open, dialect, end);
  if (quoted !== "not_quoted") return quoted;
  const plain = readPlainCell(text, start, dialect, end);
  return plain && { ...plain, stray: true };
}

function openingQuote(text: string, start: number, dialect: Reading): number {
  let at = start;
  while (dialect.skipInitialSpace && text[at] === " ") at++;
  return text[at] === dialect.quote ? at : -1;
}

function readPlainCell(text: string, start: number, dialect: Reading, end: TextEnd): Cell | undefined {
  const stop = endOfPlain(text, start, dialect);
  // A CR or the first half of a long delimiter may be the last thing we have; only the next piece can tell.
  if (stop === undefined && end !== "all") return undefined;
  const plain = text.slice(start, stop ?? text.length);
  const value = dialect.skipInitialSpace ? plain.replace(/^ +/, "") : plain;
  return { value, stop: stop ?? text.length, stray: false, quoted: false };
}

function endOfPlain(text: string, start: number, dialect: Reading): number | undefined {
  const first = dialect.delimiter.charCodeAt(0);
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === first && (dialect.delimiter.length === 1 || text.startsWith(dialect.delimiter, at))) return at;
    if ((code === 10 || code === 13) && isLineBreak(text, at, dialect)) return at;
  }
  return undefined;
}

/** Reads a cell whose quote opens at `open`; `not_quoted` where that quote turns out to be text. */
function readQuotedCell(text: string, open: number, dialect: Reading, end: TextEnd): Cell | "not_quoted" | undefined {
  const lineEnd = lineEndAfter(text, open, dialect);
  let stray = false;
  for (let at = nextQuote(text, open + 1, dialect); at >= 0; at = nextQuote(text, at + 1, dialect)) {
    if (stray && at > lineEnd) return "not_quoted"; // over several lines it is believed only if in perfect order
    if (text[at + 1] === dialect.quote) {
      at++; // doubled
      continue;
    }
    const stop = endOfQuoted(text, at + 1, dialect, end);
    if (stop === "unknown") return undefined;
    if (stop !== undefined) {
      return { value: unescapeCell(text.slice(open + 1, at), dialect), stop, stray, quoted: !stray };
    }
    if (at > lineEnd || dialect.strictQuotes === true) return "not_quoted";
    stray = true;
  }
  return end === "more" ? undefined : "not_quoted";
}

function lineEndAfter(text: string, from: number, dialect: Reading): number {
  const at = text.indexOf(dialect.newline === "\r" ? "\r" : "\n", from);
  return at < 0 ? text.length : at;
}

/** The next quote that no backslash hides. */
function nextQuote(text: string, from: number, dialect: Reading): number {
  let at = text.indexOf(dialect.quote, from);
  if (dialect.escape !== "\\") return at;
  while (at >= 0 && isEscaped(text, at, from)) at = text.indexOf(dialect.quote, at + 1);
  return at;
}

function isEscaped(text: string, at: number, from: number): boolean {
  let backslashes = 0;
  while (at - 1 - backslashes >= from && text[at - 1 - backslashes] === "\\") backslashes++;
  return backslashes % 2 === 1;
}

/** Where the cell ends if a quote just before `from` closes it: only spaces may stand in between. */
function endOfQuoted(text: string, from: number, dialect: Reading, end: TextEnd): number | "unknown" | undefined {
  let at = from;
  while (text[at] === " " && dialect.delimiter !== " ") at++;
  if (text.length - at < Math.max(dialect.delimiter.length, 2) && end === "more") return "unknown";
  if (at >= text.length || text.startsWith(dialect.delimiter, at)) return at;
  return isLineBreak(text, at, dialect) ? at : undefined;
}

function unescapeCell(value: string, dialect: Reading): string {
  const { quote } = dialect;
  const single = value.includes(quote) ? value.replaceAll(quote + quote, quote) : value;
  if (dialect.escape !== "\\" || !single.includes("\\")) return single;
  return single.replace(/\\(.)/gs, (pair, next: string) => (next === quote || next === "\\" ? next : pair));
}
