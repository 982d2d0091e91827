import { ConversionError } from "../conversion-error.ts";

/** Texts of up to so many bytes stand in their entry; longer ones in a block. DuckDB draws the line there too. */
export const maxInlineBytes = 12;
/** An entry is four words of 32 bits. */
export const entryWords = 4;

/** Stands for all lengths from here on. */
const longLength = 255;
const firstEntries = 64;
const firstBlockBytes = 16 * 1024;
const lastBlockBytes = 1024 * 1024;
const maxTotalBytes = 512 * 1024 * 1024;

/**
 * Texts by number, as UTF-8: half the memory of strings or less, nothing for the garbage collector to walk through,
 * and no string made of a text that only passes through on its way into a table.
 *
 * An entry is laid out like DuckDB's own `duckdb_string_t`: the length in bytes, then either the whole text or its
 * first four bytes. Where DuckDB goes on with a pointer, ours says in which block the text is, and where.
 */
export class TextTable {
  count = 0;
  /** Bytes of its longest text. */
  longest = 0;
  hasEmpty = false;
  /** The entries; replaced when they grow, so never keep it. */
  words = new Uint32Array(firstEntries * entryWords);
  /** In words as well, for copies by four bytes: every text begins at one. */
  readonly blocks: Uint32Array[] = [];
  #bytes = new Uint8Array(this.words.buffer);
  /** Lengths up to 254 once more: a million of them stay in the processor's cache, where entries would not. */
  #lengths = new Uint8Array(firstEntries);
  /** The bytes of the last block. */
  #block = new Uint8Array(0);
  #used = 0;
  #totalBytes = 0;

  /** Adds `bytes[from..to)`, which must be valid UTF-8, and answers its number. */
  add(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    const index = this.#makeEntry(length);
    const inline = index * 16 + 4;
    const inlineBytes = length <= maxInlineBytes ? length : 4;
    for (let i = 0; i < inlineBytes; i++) this.#bytes[inline + i] = bytes[from + i] as number;
    if (length > maxInlineBytes) this.#keep(index, bytes, from, length);
    return index;
  }

  addText(text: string): number {
    const bytes = Buffer.from(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** The text of that number as a string, made anew with every call. */
  get(index: number): string {
    const [length = 0, , block = 0, from = 0] = this.words.subarray(index * entryWords, (index + 1) * entryWords);
    const isInline = length <= maxInlineBytes;
    const { buffer } = isInline ? this.words : (this.blocks[block] as Uint32Array);
    return Buffer.from(buffer, isInline ? index * 16 + 4 : from, length).toString("utf8");
  }

  /** How long the text is, in bytes. */
  byteLength(index: number): number {
    const short = this.#lengths[index] as number;
    return short < longLength ? short : (this.words[index * entryWords] as number);
  }

  #makeEntry(length: number): number {
    this.#totalBytes += length;
    if (this.#totalBytes > maxTotalBytes) {
      throw new ConversionError("too_large", "Cannot read the workbook: its texts come to more than 512 MB");
    }
    if (length > this.longest) this.longest = length;
    if (length === 0) this.hasEmpty = true;
    const index = this.count++;
    if (index * entryWords === this.words.length) this.#grow();
    this.words[index * entryWords] = length;
    this.#lengths[index] = Math.min(length, longLength);
    return index;
  }

  #grow(): void {
    const larger = new Uint32Array(this.words.length * 2);
    larger.set(this.words);
    this.words = larger;
    this.#bytes = new Uint8Array(larger.buffer);
    const lengths = new Uint8Array(this.#lengths.length * 2);
    lengths.set(this.#lengths);
    this.#lengths = lengths;
  }

  #keep(index: number, bytes: Uint8Array, from: number, length: number): void {
    this.#makeRoom(length);
    copyBytes(bytes, from, this.#block, this.#used, length);
    this.words[index * entryWords + 2] = this.blocks.length - 1;
    this.words[index * entryWords + 3] = this.#used;
    this.#used = toWords(this.#used + length) * 4;
  }

  #makeRoom(length: number): void {
    const last = this.#block.length;
    if (this.#used + length <= last) return;
    const size = Math.min(Math.max(last * 2, firstBlockBytes), lastBlockBytes);
    const block = new Uint32Array(toWords(Math.max(size, length)));
    this.blocks.push(block);
    this.#block = new Uint8Array(block.buffer);
    this.#used = 0;
  }
}

/** How many words so many bytes take. */
export function toWords(bytes: number): number {
  return (bytes + 3) >>> 2;
}

/** Below it a loop is faster than the call into native code. */
const shortCopy = 64;

function copyBytes(source: Uint8Array, from: number, target: Uint8Array, at: number, length: number): void {
  if (length > shortCopy) target.set(source.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i] as number;
}

/** Copies `length` words of one array into another. */
export function copyWords(source: Uint32Array, from: number, target: Uint32Array, at: number, length: number): void {
  if (length > shortCopy) target.set(source.subarray(from, from + length), at);
  else for (let i = 0; i < length; i++) target[at + i] = source[from + i] as number;
}
