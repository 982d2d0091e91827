import type { CellProof } from "../types/type-rule.ts";
import { BareCells } from "./bare-cells.ts";
import { type Dialect, MAX_RECORD_BYTES } from "./dialect.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const BACKSLASH = 92;
/** A cell that speaks against a type is kept to find another one; no type has longer texts. */
const MAX_REFUTATION_BYTES = 1000;
/** Separators and quotes that are part of no text for which a proof holds. */
export const NEVER_PROVEN: ReadonlySet<string> = new Set([",", ";", "\t", "|", '"', "'"]);

/** Counts the cells of a text that comes in blocks of bytes. It keeps its place between two cells, never within one. */
export class CellCounter {
  records = 0;
  blankLines = 0;
  /** Bytes of the longest record. */
  longest = 0;
  irregular: string | undefined;
  readonly filled: Float64Array;
  /** Cells in quotes, by column. */
  readonly quoted: Float64Array;
  readonly bare: BareCells;
  readonly refutations = new Map<number, string>();
  readonly #proofs: (CellProof | undefined)[];
  /**
   * Per column how long its last proven cell was, which is a guess at the next one's end: a separator stands there and
   * the proof holds for all before it, so that no separator was passed over. 0 where nothing is guessed.
   */
  readonly #lengths: Uint32Array;
  /** False where a separator or quote may be part of what a proof takes, as the point in `1.5`. */
  readonly #mayGuess: boolean;
  /** By byte: 1 where it ends a cell that is not in quotes. */
  readonly #ends = new Uint8Array(256);
  readonly #highestEnd: number;
  readonly #delimiter: number;
  /** -1 where the file knows no quotes. */
  readonly #quote: number;
  readonly #hasBackslash: boolean;
  readonly #hasReturns: boolean;
  readonly #width: number;
  /** Cells of the record that were counted in earlier blocks. */
  #column = 0;
  /** Bytes before this block, and the place where the record began, counted from the first block. */
  #before = 0;
  #recordStart = 0;

  constructor(dialect: Dialect, width: number, proofs: readonly (CellProof | undefined)[]) {
    this.#width = width;
    this.filled = new Float64Array(width);
    this.quoted = new Float64Array(width);
    this.bare = new BareCells(width);
    this.#proofs = Array.from({ length: width }, (_, index) => proofs[index]);
    this.#lengths = new Uint32Array(width);
    this.#mayGuess = NEVER_PROVEN.has(dialect.delimiter) && (dialect.quote === "" || NEVER_PROVEN.has(dialect.quote));
    this.#delimiter = dialect.delimiter === "" ? -1 : dialect.delimiter.charCodeAt(0);
    this.#quote = dialect.quote === "" ? -1 : dialect.quote.charCodeAt(0);
    this.#hasBackslash = dialect.escape === "\\";
    this.#hasReturns = dialect.newline === "\r\n";
    for (const byte of [this.#delimiter, LINE_FEED, CARRIAGE_RETURN]) this.#ends[byte] = 1;
    this.#highestEnd = Math.max(this.#delimiter, CARRIAGE_RETURN);
  }

  /** Counts all cells whose end is in `bytes`; answers where the first other one begins. */
  read(bytes: Uint8Array, isLast: boolean): number {
    // Every cell passes here: what it needs is at hand, and the rarer cases are elsewhere.
    const { filled, quoted } = this;
    const quote = this.#quote;
    const delimiter = this.#delimiter;
    const proofs = this.#proofs;
    const lengths = this.#lengths;
    let column = this.#column;
    let start = 0;
    while (start < bytes.length) {
      // Neighbours in a column are often equally long.
      const likely = start + (lengths[column] as number);
      if (likely > start && bytes[likely] === delimiter && (proofs[column] as CellProof)(bytes, start, likely)) {
        (filled[column] as number)++;
        column++;
        start = likely + 1;
        continue;
      }
      const inner = bytes[start] === quote ? 1 : 0;
      const end = inner === 1 ? this.#endOfQuoted(bytes, start + 1) : this.#endOfPlain(bytes, start);
      const isCut = end >= bytes.length || bytes[end] !== delimiter;
      if (isCut && !isLast && this.#mayGoOn(bytes, start, end)) break;
      if (end - inner > start + inner && column < filled.length) {
        (filled[column] as number)++;
        if (proofs[column] !== undefined) this.#prove(column, bytes, start + inner, end - inner);
      }
      if (inner === 1) this.#countQuoted(column);
      else if (quoted[column]) this.bare.add(column, bytes, start, end);
      column++;
      if (isCut) {
        this.#endLine(bytes, end, column, end > start);
        column = 0;
        start = bytes[end] === CARRIAGE_RETURN ? end + 2 : end + 1;
        if (this.irregular !== undefined) break;
      } else start = end + 1;
    }
    // Behind a separator at the very end there is one more cell.
    if (isLast && column > 0 && this.irregular === undefined) {
      if (quoted[column]) this.bare.add(column, bytes, start, start);
      this.#endRecord(start, column + 1, false);
    }
    this.#column = column;
    this.#before += start;
    return start;
  }

  #endOfPlain(bytes: Uint8Array, from: number): number {
    const ends = this.#ends;
    const highest = this.#highestEnd;
    let at = from;
    // Most letters are beyond every separator: one comparison sees them off.
    while (at < bytes.length && ((bytes[at] as number) > highest || ends[bytes[at] as number] === 0)) at++;
    return at;
  }

  /** The place behind the closing quote; beyond all bytes if there is none. */
  #endOfQuoted(bytes: Uint8Array, from: number): number {
    const quote = this.#quote;
    const hasBackslash = this.#hasBackslash;
    for (let at = from; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (byte === BACKSLASH && hasBackslash) at++;
      else if (byte === quote) {
        if (hasBackslash || at + 1 === bytes.length || bytes[at + 1] !== quote) return at + 1;
        at++;
      }
    }
    return bytes.length + 1;
  }

  /** True where more bytes may move the cell's end, or tell which line break it is. */
  #mayGoOn(bytes: Uint8Array, start: number, end: number): boolean {
    const isEndSeen = end < bytes.length && (bytes[end] !== CARRIAGE_RETURN || end + 1 < bytes.length);
    if (!isEndSeen && bytes.length - start > MAX_RECORD_BYTES) {
      this.irregular = bytes[start] === this.#quote ? "a quote is never closed" : "a cell is endless";
    }
    return !isEndSeen;
  }

  /** Holds a cell against what is claimed of its column. */
  #prove(column: number, bytes: Uint8Array, from: number, to: number): void {
    const proves = this.#proofs[column];
    if (proves?.(bytes, from, to) === false) {
      this.#proofs[column] = undefined;
      this.#lengths[column] = 0;
      const cell = bytes.subarray(from, Math.min(to, from + MAX_REFUTATION_BYTES));
      this.refutations.set(column, Buffer.from(cell).toString());
    } else if (this.#mayGuess && this.quoted[column] === 0) this.#lengths[column] = to - from;
  }

  /** From its first quoted cell on every cell of the column is looked at: which of them are bare is to be known. */
  #countQuoted(column: number): void {
    if (column < this.quoted.length) this.quoted[column] = (this.quoted[column] as number) + 1;
    this.#lengths[column] = 0;
  }

  /** What is at `end` is no separator: a line break, the end of the file, or something wrong. */
  #endLine(bytes: Uint8Array, end: number, cells: number, hasContent: boolean): void {
    const byte = bytes[end];
    const isReturn = byte === CARRIAGE_RETURN;
    if (end > bytes.length) this.irregular = "a quote is never closed";
    else if (isReturn && end + 1 === bytes.length) this.irregular = "it ends with half a line break";
    else if (isReturn && bytes[end + 1] !== LINE_FEED) this.irregular = "a line ends with CR alone";
    else if (end < bytes.length && byte !== LINE_FEED && !isReturn) {
      this.irregular = "a quote stands within a quoted cell";
    } else if (end < bytes.length && isReturn !== this.#hasReturns) this.irregular = "its line breaks are mixed";
    else this.#endRecord(isReturn ? end + 1 : end, cells, cells === 1 && !hasContent);
  }

  #endRecord(end: number, cells: number, isBlank: boolean): void {
    const place = this.#before + end;
    this.longest = Math.max(this.longest, place - this.#recordStart);
    this.#recordStart = place + 1;
    if (isBlank) {
      this.blankLines++;
      // In a file of one column an empty line may be a missing value: the tolerant reader decides.
      if (this.#width === 1) this.irregular = "it has one column and empty lines";
    } else if (cells !== this.#width) {
      this.irregular = `record ${this.records + 1} has ${cells} cells instead of ${this.#width}`;
    } else this.records++;
  }
}
