/** Walks the attributes of one element after another without making objects or strings: once per cell, that counts. */
export class AttributeCursor {
  /** `elementName()` of the attribute's local name. */
  name = 0;
  /** The value is `bytes[valueFrom..valueTo)`, references unresolved. */
  valueFrom = 0;
  valueTo = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #position = 0;
  #to = 0;

  /** Begins with another element's attributes. */
  start(bytes: Buffer, from: number, to: number): void {
    this.#bytes = bytes;
    this.#position = from;
    this.#to = to;
  }

  /** Moves to the next attribute; false when there is none. */
  next(): boolean {
    const bytes = this.#bytes;
    const to = this.#to;
    let position = this.#position;
    while (position < to && (bytes[position] as number) <= 0x20) position++;
    let name = 0;
    for (; position < to; position++) {
      const byte = bytes[position] as number;
      if (byte === 0x3d) break;
      if (byte > 0x20) name = byte === 0x3a ? 0 : (Math.imul(name, 31) + byte) | 0;
    }
    position++;
    while (position < to && (bytes[position] as number) <= 0x20) position++;
    if (position >= to) return false;
    const quote = bytes[position++];
    this.valueFrom = position;
    while (position < to && bytes[position] !== quote) position++;
    this.name = name;
    this.valueTo = position;
    this.#position = position + 1;
    return true;
  }

  /** The value as a whole number; anything but digits in it is passed over. */
  wholeNumber(): number {
    return readWholeNumber(this.#bytes, this.valueFrom, this.valueTo);
  }

  /** True for `1` and `true`. */
  isTrue(): boolean {
    const value = this.#bytes.toString("latin1", this.valueFrom, this.valueTo);
    return value === "1" || value === "true";
  }
}

/** The digits of `bytes[from..to)` as a number. */
export function readWholeNumber(bytes: Buffer, from: number, to: number): number {
  let value = 0;
  for (let position = from; position < to; position++) {
    const digit = (bytes[position] as number) - 0x30;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
  }
  return value;
}

/** The count that `bytes[from..to)` spell, blanks around it apart; NaN for anything else. */
export function readCount(bytes: Buffer, from: number, to: number): number {
  const text = bytes.toString("latin1", from, to).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}

/** The column of a reference such as `AB12`, from 0; -1 where it names none. Which row it is, the row says. */
export function readColumn(bytes: Buffer, from: number, to: number): number {
  let column = 0;
  for (let position = from; position < to; position++) {
    const letter = (bytes[position] as number) & 0xdf; // upper case
    if (letter < 0x41 || letter > 0x5a) break;
    column = column * 26 + letter - 0x40;
  }
  return column - 1;
}

/** `elementName()` of a value, to compare it with those that are known. */
export function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let position = from; position < to; position++) hash = (Math.imul(hash, 31) + (bytes[position] as number)) | 0;
  return hash;
}
