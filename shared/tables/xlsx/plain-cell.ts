import { numberType, sharedType } from "./cell-decoder.ts";
import { DecimalReader } from "./cell-number.ts";
import { LearntStarts } from "./learnt-starts.ts";
import { PlainAttributes } from "./plain-attributes.ts";
import { startsWith, toWord } from "./plain-bytes.ts";
import { endOfFormula } from "./plain-formula.ts";
import { elementName } from "./xml-scanner.ts";

/** No plain cell is longer, texts apart: so far ahead the bytes can be read without looking for their end. */
const maxCellBytes = 128;
const maxNumberBytes = 24;
const maxCountDigits = 9;
/** Whole numbers of so many digits are exact as doubles. */
const maxExactDigits = 15;

const slash = 0x2f;
const zero = 0x30;
const less = 0x3c;
const greater = 0x3e;
/** What comes up in a cell, four bytes at a time. */
const word = {
  value: toWord("><v>"),
  formula: toWord("><f>"),
  sharedFormula: toWord("><f "),
  inline: toWord("><is"),
  valueEnd: toWord("</v>"),
  cellEnd: toWord("</c>"),
};
const cellStart = Buffer.from("<c").readUInt16LE();
const endBytes = 8;
const inlineStart = Uint8Array.from(Buffer.from("><is><t"));
const keepsSpace = Uint8Array.from(Buffer.from(' xml:space="preserve"'));
const inlineEnd = Uint8Array.from(Buffer.from("</t></is></c>"));
const booleanType = elementName("b");
const inlineType = elementName("inlineStr");

/**
 * Reads a whole cell at once where it is written the way nearly all are: `<c r="B2" s="1" t="s"><v>12</v></c>`, with
 * or without a formula before its value.
 *
 * Anything else (a prefix, another attribute, rich text, a cell that the chunk cuts in two) it leaves to the scanner,
 * which would tell the same of plain cells in eight events. A sheet is read twice as fast this way.
 */
export class PlainCell {
  readonly attributes = new PlainAttributes();
  /** The value of a number, a boolean or a shared string; NaN for what `bytes[from..to)` have to tell. */
  number = Number.NaN;
  from = 0;
  /** Equal to `from` for a cell whose value is empty; both 0 where there is none. */
  to = 0;
  /** Where the cell ends. */
  end = 0;
  readonly #decimal = new DecimalReader();
  readonly #learnt = new LearntStarts();
  #bytes: Buffer = Buffer.alloc(0);
  #words = new DataView(this.#bytes.buffer);

  /** Reads the cell that begins at `start`; false when it is not plain, and then the fields mean nothing. */
  read(bytes: Buffer, start: number, length: number): boolean {
    if (bytes !== this.#bytes) this.#lookAt(bytes);
    if (length - start < maxCellBytes || this.#words.getUint16(start, true) !== cellStart) return false;
    const valueAt = this.#learnt.read(this.#words, start);
    if (valueAt >= 0) return this.#readLearnt(bytes, valueAt, length);
    const position = this.attributes.read(this.#words, bytes, start + 2);
    if (position < 0) return false;
    const next = this.#words.getUint32(position, true);
    if (next === word.value) {
      this.#learnt.learn(this.#words, start, position + 4, this.attributes);
      return this.#readValue(bytes, position + 4, length);
    }
    if (next === word.inline) return this.#readInline(bytes, position, length);
    if (next === word.formula || next === word.sharedFormula) return this.#readBehindFormula(bytes, position, length);
    return bytes[position] === slash && this.#endBlank(bytes, position);
  }

  /** A row begins whose number stands in `bytes[from..to)`: its cells may begin like those of rows before. */
  startRow(bytes: Buffer, from: number, to: number): void {
    if (bytes !== this.#bytes) this.#lookAt(bytes);
    this.#learnt.startRow(this.#words, from, to - from);
  }

  #readLearnt(bytes: Buffer, valueAt: number, length: number): boolean {
    const { attributes } = this;
    attributes.column = this.#learnt.column;
    attributes.style = this.#learnt.style;
    attributes.type = this.#learnt.type;
    return this.#readValue(bytes, valueAt, length);
  }

  #lookAt(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Cached results are values like all others; without one the cell is for the scanner. */
  #readBehindFormula(bytes: Buffer, position: number, length: number): boolean {
    const end = endOfFormula(bytes, position + 3, length);
    if (end < 0 || length - end < maxCellBytes) return false;
    return this.#words.getUint32(end - 1, true) === word.value && this.#readValue(bytes, end + 3, length);
  }

  #readValue(bytes: Buffer, from: number, length: number): boolean {
    const { type } = this.attributes;
    this.from = from;
    if (type === numberType) return this.#readNumber(bytes);
    if (type === sharedType) return this.#readCount(bytes, maxCountDigits);
    if (type === booleanType) return this.#readCount(bytes, 1) && this.number <= 1;
    return type !== inlineType && this.#readText(bytes, length);
  }

  /** What more than digits, a sign and a point could be a number is for the scanner. */
  #readNumber(bytes: Buffer): boolean {
    const decimal = this.#decimal;
    const { from } = this;
    const end = decimal.read(bytes, from, from + maxNumberBytes);
    this.to = end;
    // Whole numbers beyond 2^53 are kept by their text.
    this.number = decimal.isWhole && decimal.digits > maxExactDigits ? Number.NaN : decimal.value;
    return decimal.digits > 0 && this.#endsAfter(end);
  }

  /** Digits only: the number of a shared string, or a boolean. */
  #readCount(bytes: Buffer, maxDigits: number): boolean {
    const { from } = this;
    let position = from;
    let count = 0;
    let digit = (bytes[position] as number) - zero;
    for (; digit >= 0 && digit <= 9 && position - from < maxDigits; digit = (bytes[++position] as number) - zero)
      count = count * 10 + digit;
    this.to = position;
    this.number = count;
    return position > from && this.#endsAfter(position);
  }

  #readText(bytes: Buffer, length: number): boolean {
    let position = this.from;
    while (position < length && bytes[position] !== less) position++;
    this.to = position;
    this.number = Number.NaN;
    return length - position >= endBytes && this.#endsAfter(position);
  }

  /** `<is><t>text</t></is></c>`, the tag with or without the attribute that keeps spaces. */
  #readInline(bytes: Buffer, start: number, length: number): boolean {
    if (this.attributes.type !== inlineType || !startsWith(bytes, start, inlineStart)) return false;
    let position = start + inlineStart.length;
    if (startsWith(bytes, position, keepsSpace)) position += keepsSpace.length;
    if (bytes[position++] !== greater) return false;
    this.from = position;
    while (position < length && bytes[position] !== less) position++;
    this.to = position;
    this.number = Number.NaN;
    const end = position + inlineEnd.length;
    return end <= length && startsWith(bytes, position, inlineEnd) && this.#endAt(end);
  }

  #endBlank(bytes: Buffer, position: number): boolean {
    this.from = this.to = 0;
    return bytes[position + 1] === greater && this.#endAt(position + 2);
  }

  /** Whether the value that ends at `position` is all there is in the cell. */
  #endsAfter(position: number): boolean {
    const words = this.#words;
    return (
      words.getUint32(position, true) === word.valueEnd &&
      words.getUint32(position + 4, true) === word.cellEnd &&
      this.#endAt(position + endBytes)
    );
  }

  #endAt(end: number): boolean {
    this.end = end;
    return true;
  }
}
