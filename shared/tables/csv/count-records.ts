import type { Dialect } from "./dialect.ts";
import { readPieces } from "./read-pieces.ts";

/** What is in the file by our own count, to hold against what DuckDB made of it. */
export interface RecordCount {
  records: number;
  blankLines: number;
  /** Cells per column that are not empty. */
  filled: number[];
  nulBytes: number;
  /** Bytes of the longest record. */
  longest: number;
  /** Why a strict reader would stumble: the count ends there. */
  irregular?: string;
}

const PLAIN = 0;
const DELIMITER = 1;
const LINE_FEED = 2;
const CARRIAGE_RETURN = 3;
const QUOTE = 4;
const NUL = 5;

/** Where the counter stands within a cell. */
const AT_START = 0;
const IN_PLAIN = 1;
const IN_QUOTED = 2;
const AFTER_QUOTE = 3;
const AFTER_ESCAPE = 4;
const AFTER_CARRIAGE_RETURN = 5;

/** True where the counter knows the dialect; for others the tolerant reader counts. */
export function canCount({ delimiter, quote, skipInitialSpace, newline }: Dialect): boolean {
  const isByte = (text: string) => text.length <= 1 && (text === "" || text.charCodeAt(0) < 128);
  return isByte(delimiter) && isByte(quote) && !skipInitialSpace && newline !== "\r";
}

/**
 * Counts records and cells of UTF-8 text from a byte offset on, over every byte, with no code in common with DuckDB's
 * reader: the independent half of the loss check. Stops at the first thing that is not in order.
 */
export async function countRecords(
  path: string,
  dialect: Dialect,
  width: number,
  offset: number,
): Promise<RecordCount> {
  const counter = new Counter(dialect, width);
  for await (const piece of readPieces(path, offset)) {
    counter.read(piece);
    if (counter.irregular !== undefined) break;
  }
  counter.end();
  const { records, blankLines, nulBytes, longest, irregular } = counter;
  const filled = [...counter.filled];
  return { records, blankLines, filled, nulBytes, longest, ...(irregular !== undefined && { irregular }) };
}

class Counter {
  records = 0;
  blankLines = 0;
  nulBytes = 0;
  longest = 0;
  irregular: string | undefined;
  readonly filled: Float64Array;
  readonly #classes: Uint8Array;
  readonly #quote: number;
  readonly #backslash: boolean;
  readonly #hasReturns: boolean;
  readonly #width: number;
  #state = AT_START;
  #column = 0;
  #hasContent = false;
  #wasQuoted = false;
  /** Bytes before this piece, the place within all, and where the record began. */
  #before = 0;
  #at = 0;
  #start = 0;

  constructor(dialect: Dialect, width: number) {
    this.#width = width;
    this.filled = new Float64Array(width);
    this.#quote = dialect.quote === "" ? -1 : dialect.quote.charCodeAt(0);
    this.#backslash = dialect.escape === "\\";
    this.#hasReturns = dialect.newline === "\r\n";
    this.#classes = new Uint8Array(256);
    this.#classes[0] = NUL;
    this.#classes[10] = LINE_FEED;
    this.#classes[13] = CARRIAGE_RETURN;
    this.#classes[dialect.delimiter.charCodeAt(0)] = DELIMITER;
    if (this.#quote >= 0) this.#classes[this.#quote] = QUOTE;
  }

  read(bytes: Buffer): void {
    const classes = this.#classes;
    for (let at = 0; at < bytes.length && this.irregular === undefined; at++) {
      if (this.#state === IN_QUOTED) {
        at = this.#endOfQuoted(bytes, at);
        continue;
      }
      const kind = classes[bytes[at] as number] as number;
      // The two lines that nearly all bytes go through.
      if (kind === PLAIN && this.#state === IN_PLAIN) continue;
      this.#at = this.#before + at;
      this.#step(kind);
    }
    this.#before += bytes.length;
  }

  /** Counts the last record where the file does not end with a line break. */
  end(): void {
    if (this.irregular !== undefined) return;
    if (this.#state === IN_QUOTED || this.#state === AFTER_ESCAPE) this.irregular = "a quote is never closed";
    else if (this.#state === AFTER_CARRIAGE_RETURN) this.irregular = "it ends with half a line break";
    else if (this.#state !== AT_START || this.#column > 0) {
      this.#at = this.#before;
      this.#endRecord();
    }
  }

  /** Jumps over a quoted cell; answers the index of its closing quote. */
  #endOfQuoted(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === this.#quote) {
        this.#state = AFTER_QUOTE;
        return at;
      }
      this.#hasContent = true;
      if (byte === 0) this.nulBytes++;
      if (byte === 92 && this.#backslash) {
        this.#state = AFTER_ESCAPE;
        return at;
      }
    }
    return bytes.length;
  }

  #step(kind: number): void {
    if (this.#state === AFTER_ESCAPE) {
      this.#state = IN_QUOTED;
    } else if (this.#state === AFTER_QUOTE && kind === QUOTE && !this.#backslash) {
      this.#hasContent = true;
      this.#state = IN_QUOTED;
    } else if (this.#state === AFTER_CARRIAGE_RETURN && kind !== LINE_FEED) {
      this.irregular = "a line ends with CR alone";
    } else if (kind === DELIMITER) this.#endCell();
    else if (kind === LINE_FEED && (this.#state === AFTER_CARRIAGE_RETURN) !== this.#hasReturns) {
      this.irregular = "its line breaks are mixed";
    } else if (kind === LINE_FEED) this.#endRecord();
    else if (kind === CARRIAGE_RETURN) this.#state = AFTER_CARRIAGE_RETURN;
    else if (this.#state === AFTER_QUOTE) this.irregular = "a quote stands within a quoted cell";
    else if (kind === QUOTE && this.#state === AT_START) {
      this.#wasQuoted = true;
      this.#state = IN_QUOTED;
    } else {
      if (kind === NUL) this.nulBytes++;
      this.#hasContent = true;
      this.#state = IN_PLAIN;
    }
  }

  #endCell(): void {
    if (this.#hasContent && this.#column < this.#width) (this.filled[this.#column] as number)++;
    this.#column++;
    this.#hasContent = false;
    this.#state = AT_START;
  }

  #endRecord(): void {
    this.longest = Math.max(this.longest, this.#at - this.#start);
    this.#start = this.#at + 1;
    const isBlank = this.#column === 0 && !this.#hasContent && !this.#wasQuoted;
    this.#endCell();
    if (isBlank) {
      this.blankLines++;
      // In a file of one column an empty line may be a missing value: the tolerant reader decides.
      if (this.#width === 1) this.irregular = "it has one column and empty lines";
    } else if (this.#column !== this.#width) {
      this.irregular = `record ${this.records + 1} has ${this.#column} cells instead of ${this.#width}`;
    } else this.records++;
    this.#column = 0;
    this.#wasQuoted = false;
  }
}
