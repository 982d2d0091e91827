import { ConversionError } from "../conversion-error.ts";
import { readWholeNumber } from "./attribute-cursor.ts";
import { cellKind } from "./cell-kind.ts";
import { isLongInteger, parseNumber } from "./cell-number.ts";
import type { FormatMeaning } from "./number-format.ts";
import { parseIsoClock, parseIsoInstant, toInstant, toMilliseconds } from "./serial-date.ts";
import type { SharedStrings } from "./shared-strings.ts";
import { unreadable } from "./unreadable.ts";
import { elementName } from "./xml-scanner.ts";
import { decodeText, resolveEscapes } from "./xml-text.ts";

/** What the cells of every sheet refer to. */
export interface WorkbookContext {
  strings: SharedStrings;
  /** By cell style. */
  formats: FormatMeaning[];
  is1904: boolean;
}

/** A text of 1 MB in 20,000 cells makes a table of 20 GB from a file of 100 kB. */
const maxCharacters = 1_000_000_000;

/** The values of a cell's `t` attribute that need more than to be taken as text. */
const type = {
  shared: elementName("s"),
  boolean: elementName("b"),
  error: elementName("e"),
  date: elementName("d"),
};
/** The type of a cell that names none. */
export const numberType = elementName("n");

/**
 * Decides what a cell's value is, from its type, its style and the bytes of its value.
 *
 * The answer stands in the fields until the next call: one object serves a whole sheet.
 */
export class CellDecoder {
  kind: number = cellKind.blank;
  number = 0;
  text: string | undefined;
  readonly #context: WorkbookContext;
  #characters = 0;

  constructor(context: WorkbookContext) {
    this.#context = context;
  }

  decode(cellType: number, style: number, bytes: Buffer, from: number, to: number): void {
    if (cellType === numberType) this.#decodeNumber(style, bytes, from, to);
    else if (cellType === type.shared) this.#setText(this.#sharedText(readWholeNumber(bytes, from, to)));
    else if (cellType === type.boolean) this.#decodeBoolean(decodeText(bytes, from, to));
    else if (cellType === type.error) this.#set(cellKind.error, 0, decodeText(bytes, from, to));
    else if (cellType === type.date) this.#decodeIsoDate(decodeText(bytes, from, to));
    else this.#setText(resolveEscapes(decodeText(bytes, from, to))); // str, inlineStr, and what is not known
  }

  #decodeNumber(style: number, bytes: Buffer, from: number, to: number): void {
    const value = parseNumber(bytes, from, to);
    const meaning = this.#context.formats[style];
    if (Number.isNaN(value)) this.#setText(decodeText(bytes, from, to).trim());
    else if (meaning === undefined || meaning === "number" || meaning === "percent") {
      if (isLongInteger(value, bytes, from, to)) this.#set(cellKind.longInteger, value, decodeText(bytes, from, to));
      else this.#set(cellKind.number, value);
    } else this.#decodeSerial(value, meaning);
  }

  #decodeSerial(value: number, meaning: "date" | "clock" | "duration"): void {
    const isTimeOfDay = meaning === "clock" && value >= 0 && value < 1;
    const instant = toInstant(value, this.#context.is1904);
    if (meaning === "duration") this.#set(cellKind.duration, toMilliseconds(value));
    else if (isTimeOfDay) this.#set(cellKind.clock, toMilliseconds(value));
    else if (instant === undefined) this.#set(cellKind.number, value);
    else this.#set(cellKind.instant, instant);
  }

  #decodeBoolean(value: string): void {
    const text = value.trim().toLowerCase();
    if (text === "1" || text === "true") this.#set(cellKind.boolean, 1);
    else if (text === "0" || text === "false") this.#set(cellKind.boolean, 0);
    else this.#setText(value);
  }

  #decodeIsoDate(text: string): void {
    const instant = parseIsoInstant(text);
    const clock = instant === undefined ? parseIsoClock(text) : undefined;
    if (instant !== undefined) this.#set(cellKind.instant, instant);
    else if (clock !== undefined) this.#set(cellKind.clock, clock);
    else this.#setText(text);
  }

  #sharedText(index: number): string {
    const text = this.#context.strings.get(index);
    if (text === undefined) throw unreadable(`a cell refers to text ${index}, which is not there`);
    return text;
  }

  #setText(text: string): void {
    this.#characters += text.length;
    if (this.#characters > maxCharacters) {
      throw new ConversionError("too_large", "Cannot read the workbook: the texts of a sheet come to more than 1 GB");
    }
    this.#set(text === "" ? cellKind.blank : cellKind.text, 0, text);
  }

  #set(kind: number, number: number, text?: string): void {
    this.kind = kind;
    this.number = number;
    this.text = text;
  }
}
