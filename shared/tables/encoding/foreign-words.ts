import { isUtf8 } from "node:buffer";

/** As much as a detector needs; more words of the same file say the same. */
const MAX_WORD_BYTES = 48 * 1024;
/** Lines as they stand, to try whether a decoder takes them. */
const MAX_LINE_BYTES = 256 * 1024;
/** No trail byte of a character of two bytes is below it: digits, separators, quotes and spaces are. */
const FIRST_LETTER_BYTE = 0x40;
const SPACE = Buffer.from(" ");

/**
 * What in a text speaks of its encoding, gathered from the lines that are not UTF-8: each word with a byte beyond ASCII
 * once. In a table most bytes are digits and English names, among which a detector would not see the others.
 */
export class ForeignWords {
  readonly #seen = new Set<string>();
  readonly #words: Buffer[] = [];
  readonly #lines: Buffer[] = [];
  #wordBytes = 0;
  #lineBytes = 0;

  get count(): number {
    return this.#seen.size;
  }

  /** The words, with a space behind each. */
  get words(): Buffer {
    return Buffer.concat(this.#words);
  }

  get lines(): Buffer {
    return Buffer.concat(this.#lines);
  }

  /** Takes what a line has to say; `line` may be a view of a buffer that changes later. */
  add(line: Buffer): void {
    if (isUtf8(line)) return;
    if (this.#lineBytes < MAX_LINE_BYTES) {
      this.#lines.push(Buffer.from(line.subarray(0, MAX_LINE_BYTES)));
      this.#lineBytes += line.length;
    }
    if (this.#wordBytes < MAX_WORD_BYTES) this.#addWords(line);
  }

  #addWords(line: Buffer): void {
    let start = 0;
    let isForeign = false;
    for (let at = 0; at <= line.length; at++) {
      const byte = line[at] ?? 0;
      if (byte >= 0x80) isForeign = true;
      if (byte >= FIRST_LETTER_BYTE) continue;
      if (isForeign) this.#addWord(line.subarray(start, at));
      start = at + 1;
      isForeign = false;
    }
  }

  #addWord(word: Buffer): void {
    const key = word.toString("latin1");
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#words.push(Buffer.from(word), SPACE);
    this.#wordBytes += word.length + 1;
  }
}
