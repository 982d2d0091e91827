import { numberType } from "./cell-decoder.ts";
import { toWord } from "./plain-bytes.ts";

const quote = 0x22;
const zero = 0x30;
const letter = { A: 0x41, Z: 0x5a };
/** More digits than a place or a style ever has are for the scanner. */
const maxReferenceBytes = 10;
const maxStyleDigits = 9;
const maxTypeLetters = 12;
/** How an attribute begins, as one number of four bytes. */
const word = { reference: toWord(' r="'), style: toWord(' s="'), type: toWord(' t="') };

/**
 * The attributes that nearly all cells have and no others, each after one space and in double quotes: `r="B2"`, `s="1"`,
 * `t="s"`. One object serves a whole sheet; its fields hold until the next `read()`.
 */
export class PlainAttributes {
  /** From 0; -1 for a cell without a reference. */
  column = -1;
  style = 0;
  /** `elementName()` of its `t`. */
  type = numberType;

  /** Reads those that begin at `start`; answers where they end, or -1 where one is not plain. */
  read(words: DataView, bytes: Buffer, start: number): number {
    this.column = -1;
    this.style = 0;
    this.type = numberType;
    let position = start;
    // Of each at most one: more of them would be no XML.
    for (let count = 0; count < 3 && position >= 0; count++) {
      const next = words.getUint32(position, true);
      if (next === word.reference) position = this.#readReference(bytes, position + 4);
      else if (next === word.type) position = this.#readType(bytes, position + 4);
      else if (next === word.style) position = this.#readStyle(bytes, position + 4);
      else return position;
    }
    return position;
  }

  #readReference(bytes: Buffer, start: number): number {
    let position = start;
    let column = 0;
    let byte = bytes[position] as number;
    for (; byte >= letter.A && byte <= letter.Z; byte = bytes[++position] as number)
      column = column * 26 + byte - letter.A + 1;
    while (byte >= zero && byte <= zero + 9) byte = bytes[++position] as number;
    this.column = column - 1;
    return byte === quote && position - start <= maxReferenceBytes ? position + 1 : -1;
  }

  #readStyle(bytes: Buffer, start: number): number {
    let position = start;
    let style = 0;
    let digit = (bytes[position] as number) - zero;
    for (; digit >= 0 && digit <= 9; digit = (bytes[++position] as number) - zero) style = style * 10 + digit;
    this.style = style;
    return digit + zero === quote && position - start <= maxStyleDigits ? position + 1 : -1;
  }

  #readType(bytes: Buffer, start: number): number {
    let position = start;
    let type = 0;
    let byte = bytes[position] as number;
    for (; byte >= letter.A && position - start < maxTypeLetters; byte = bytes[++position] as number)
      type = (Math.imul(type, 31) + byte) | 0;
    this.type = type;
    return byte === quote ? position + 1 : -1;
  }
}
