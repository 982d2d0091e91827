import { startsWith } from "./plain-bytes.ts";

const less = 0x3c;
const greater = 0x3e;
const start = Uint8Array.from(Buffer.from("<si><t"));
const keepsSpace = Uint8Array.from(Buffer.from(' xml:space="preserve"'));
const end = Uint8Array.from(Buffer.from("</t></si>"));

/**
 * Reads a whole shared string at once where it is one text and nothing else, as nearly all are: `<si><t>Lima</t></si>`,
 * the inner tag with or without the attribute that keeps spaces. Rich text, phonetic guides and a text that the chunk
 * cuts in two are left to the scanner.
 */
export class PlainString {
  /** The text is `bytes[from..to)`, references unresolved. */
  from = 0;
  to = 0;
  /** Where the string ends. */
  end = 0;

  /** Reads the string that begins at `position`; false when it is not plain, and then the fields mean nothing. */
  read(bytes: Buffer, position: number, length: number): boolean {
    if (!startsWith(bytes, position, start)) return false;
    let at = position + start.length;
    if (startsWith(bytes, at, keepsSpace)) at += keepsSpace.length;
    if (bytes[at++] !== greater) return false;
    this.from = at;
    while (at < length && bytes[at] !== less) at++;
    this.to = at;
    this.end = at + end.length;
    return this.end <= length && startsWith(bytes, at, end);
  }
}
