import { startsWith } from "./plain-bytes.ts";

const between = Uint8Array.from(Buffer.from('</row><row r="'));
const quote = 0x22;
const greater = 0x3e;
const zero = 0x30;
const maxDigits = 7;
const maxTailBytes = 200;
/** So far ahead the bytes can be read without looking for their end. */
const maxBytes = between.length + maxDigits + 1 + maxTailBytes;

/**
 * Reads at once where a row ends and another begins, `</row><row r="3" spans="1:10">`, if behind the number it has
 * just the attributes of the row before, as nearly all rows of large sheets do. It is told those by `learn()`.
 */
export class PlainRow {
  number = 0;
  /** Its digits are `bytes[from..to)`. */
  from = 0;
  to = 0;
  /** Where the start tag ends. */
  end = 0;
  readonly #tail = new Uint8Array(maxTailBytes);
  #tailBytes = 0;
  #isLearnt = false;

  /** Takes the attributes of a row, `bytes[from..to)`, for those of the rows to come, if their order allows. */
  learn(bytes: Buffer, from: number, to: number): void {
    const start = endOfNumber(bytes, from + 4);
    this.#isLearnt = bytes.toString("latin1", from, from + 4) === ' r="' && start <= to && to - start < maxTailBytes;
    if (!this.#isLearnt) return;
    this.#tailBytes = to - start;
    for (let i = 0; i < this.#tailBytes; i++) this.#tail[i] = bytes[start + i] as number;
    this.#tail[this.#tailBytes++] = greater;
  }

  /** Lets rows be told by the scanner until there is another one to learn from. */
  forget(): void {
    this.#isLearnt = false;
  }

  /** Reads what begins at `start`; false when it is anything else. */
  read(bytes: Buffer, start: number, length: number): boolean {
    if (!this.#isLearnt || length - start < maxBytes) return false;
    if (!startsWith(bytes, start, between)) return false;
    const from = start + between.length;
    const tail = endOfNumber(bytes, from);
    if (tail - from > maxDigits + 1) return false;
    for (let i = 0; i < this.#tailBytes; i++) if (bytes[tail + i] !== this.#tail[i]) return false;
    this.number = 0;
    for (let at = from; at < tail - 1; at++) this.number = this.number * 10 + (bytes[at] as number) - zero;
    this.from = from;
    this.to = tail - 1;
    this.end = tail + this.#tailBytes;
    return this.number > 0;
  }
}

/** What follows digits and a quote, or far beyond where there are other things. */
function endOfNumber(bytes: Buffer, from: number): number {
  let position = from;
  while ((bytes[position] as number) >= zero && (bytes[position] as number) <= zero + 9) position++;
  return position > from && bytes[position] === quote ? position + 1 : Number.MAX_SAFE_INTEGER;
}
