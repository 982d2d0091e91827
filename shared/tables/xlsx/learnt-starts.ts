import { toWord } from "./plain-bytes.ts";

/** Fewer digits than a word are for those who read byte by byte; large sheets have more. */
const minDigits = 4;
/** `A` to `ZZ`. */
const maxColumns = 26 + 26 * 26;
const maxTailBytes = 32;
const quote = 0x22;
const cellReference = toWord("<c r");
const referenceBytes = '<c r="'.length;

/** What stands before the value of a column's cells, without the number of the row: `<c r="D` and `" s="1"><v>`. */
interface Start {
  headBytes: number;
  /** The last four bytes of it. */
  headWord: number;
  tailBytes: number;
  /** The tail, word by word; the last one ends where it ends. */
  readonly tail: Int32Array;
  style: number;
  type: number;
}

/**
 * Knows how cells begin by those of earlier rows, down to the value: that is the same in a column of a large table
 * but for the number of the row, which all cells of a row share. So it is compared, four bytes at a time, and not read.
 */
export class LearntStarts {
  /** Of the cell that was read last. */
  column = -1;
  style = 0;
  type = 0;
  readonly #starts: (Start | undefined)[] = [];
  /** How many digits the row's number has, and its first and last four; 0 where it is not known. */
  #digits = 0;
  #firstDigits = 0;
  #lastDigits = 0;

  /** A row begins whose number stands at `from`; with no digits its cells are not for here. */
  startRow(words: DataView, from: number, digits: number): void {
    this.column = -1;
    this.#digits = digits < minDigits ? 0 : digits;
    if (this.#digits === 0) return;
    this.#firstDigits = words.getInt32(from, true);
    this.#lastDigits = words.getInt32(from + digits - 4, true);
  }

  /** Reads what begins at `position` as the next column's cell; answers where its value begins, or -1. */
  read(words: DataView, position: number): number {
    const start = this.#starts[this.column + 1];
    if (start === undefined || this.#digits === 0) return -1;
    const number = position + start.headBytes;
    if (words.getInt32(number - 4, true) !== start.headWord || !this.#isOfRow(words, position, number)) return -1;
    const from = number + this.#digits;
    const last = from + start.tailBytes - 4;
    const { tail } = start;
    let at = from;
    for (let i = 0; at < last; i++, at += 4) if (words.getInt32(at, true) !== tail[i]) return -1;
    if (words.getInt32(last, true) !== tail[maxTailBytes / 4]) return -1;
    this.column++;
    this.style = start.style;
    this.type = start.type;
    return last + 4;
  }

  /** A cell at `position` was read by other means, and its value begins at `valueAt`. */
  learn(
    words: DataView,
    position: number,
    valueAt: number,
    cell: { column: number; style: number; type: number },
  ): void {
    this.column = cell.column;
    if (this.#digits === 0 || cell.column < 0 || cell.column >= maxColumns) return;
    const headBytes = referenceBytes + (cell.column < 26 ? 1 : 2);
    const from = position + headBytes + this.#digits;
    const tailBytes = valueAt - from;
    const isPlain = this.#isOfRow(words, position, position + headBytes) && words.getUint8(from) === quote;
    if (!isPlain || tailBytes > maxTailBytes) return;
    const start = this.#starts[cell.column] ?? { ...unknown, tail: new Int32Array(maxTailBytes / 4 + 1) };
    this.#starts[cell.column] = start;
    start.headBytes = headBytes;
    start.headWord = words.getInt32(position + headBytes - 4, true);
    start.tailBytes = tailBytes;
    for (let i = 0; i * 4 < tailBytes; i++) start.tail[i] = words.getInt32(from + i * 4, true);
    start.tail[maxTailBytes / 4] = words.getInt32(valueAt - 4, true);
    start.style = cell.style;
    start.type = cell.type;
  }

  #isOfRow(words: DataView, position: number, number: number): boolean {
    return (
      words.getInt32(position, true) === cellReference &&
      words.getInt32(number, true) === this.#firstDigits &&
      words.getInt32(number + this.#digits - 4, true) === this.#lastDigits
    );
  }
}

const unknown = { headBytes: 0, headWord: 0, tailBytes: 0, style: 0, type: 0 };
