import { readCount } from "./attribute-cursor.ts";
import { type BatchTexts, toOwnIndex } from "./batch-texts.ts";
import { cellKind } from "./cell-kind.ts";
import { isLongInteger, parseNumber } from "./cell-number.ts";
import type { FormatMeaning } from "./number-format.ts";
import { parseIsoClock, parseIsoDuration, parseIsoInstant, toInstant, toMilliseconds } from "./serial-date.ts";
import { addXmlText } from "./text-run.ts";
import type { TextTable } from "./text-table.ts";
import { unreadable } from "./unreadable.ts";
import { elementName } from "./xml-scanner.ts";
import { decodeText } from "./xml-text.ts";

/** What the cells of every sheet refer to. */
export interface WorkbookContext {
  strings: TextTable;
  /** By cell style. */
  formats: FormatMeaning[];
  is1904: boolean;
}

/** The values of a cell's `t` attribute that need more than to be taken as text. */
const type = {
  boolean: elementName("b"),
  error: elementName("e"),
  date: elementName("d"),
};
/** The type of a cell that names none. */
export const numberType = elementName("n");
/** The type of a cell whose value is the number of a shared string. */
export const sharedType = elementName("s");
const textTypes: ReadonlySet<number> = new Set([elementName("str"), elementName("inlineStr")]);

/** True for a cell type whose value, written in the cell, is a text even where it is empty. */
export function isTextType(cellType: number): boolean {
  return textTypes.has(cellType);
}

/**
 * Decides what a cell's value is, from its type, its style and the bytes of its value.
 *
 * The answer stands in the fields until the next call: one object serves a whole sheet.
 */
export class CellDecoder {
  kind: number = cellKind.blank;
  /** As `ColumnCells.numbers` has it; texts are added to those of the batch. */
  number = 0;
  readonly #context: WorkbookContext;

  constructor(context: WorkbookContext) {
    this.#context = context;
  }

  decode(cellType: number, style: number, bytes: Buffer, from: number, to: number, texts: BatchTexts): void {
    if (cellType === numberType) this.#decodeWritten(style, bytes, from, to, texts);
    else if (cellType === sharedType) this.#decodeReference(bytes, from, to);
    else if (cellType === type.boolean) this.#decodeBoolean(decodeText(bytes, from, to), texts);
    else if (cellType === type.error) this.#setOwn(cellKind.error, decodeText(bytes, from, to), texts);
    else if (cellType === type.date) this.#decodeIsoDate(decodeText(bytes, from, to), texts);
    else this.#setText(toOwnIndex(addXmlText(texts.own, bytes, from, to)), texts); // str, inlineStr, what is not known
  }

  /** Decides what a number is, as its style shows it. Whole numbers that a double cannot hold are not for it. */
  decodeNumber(value: number, style: number): void {
    const meaning = this.#context.formats[style];
    if (meaning === undefined || meaning === "number" || meaning === "percent") this.#set(cellKind.number, value);
    else this.#decodeSerial(value, meaning);
  }

  /** Takes the shared string of that number. Throws `unreadable_workbook` where there is none. */
  decodeShared(index: number): void {
    const { strings } = this.#context;
    if (!(index < strings.count)) throw unreadable(`a cell refers to text ${index}, which is not there`);
    // Hardly any workbook has an empty one, and to look each up takes longer than all else here.
    const isEmpty = strings.hasEmpty && strings.byteLength(index) === 0;
    this.#set(isEmpty ? cellKind.emptyText : cellKind.text, index);
  }

  /** What is no count refers to no text: the digits in it alone would name another one. */
  #decodeReference(bytes: Buffer, from: number, to: number): void {
    const index = readCount(bytes, from, to);
    if (Number.isNaN(index))
      throw unreadable(`a cell refers to text "${decodeText(bytes, from, to).slice(0, 40)}", which is not there`);
    this.decodeShared(index);
  }

  /** True for `1`. The other ways to write a boolean are for `decode()`. */
  decodeFlag(isTrue: boolean): void {
    this.#set(cellKind.boolean, isTrue ? 1 : 0);
  }

  #decodeWritten(style: number, bytes: Buffer, from: number, to: number, texts: BatchTexts): void {
    const value = parseNumber(bytes, from, to);
    // Digits beyond what a double holds are kept as they stand, like what is no number.
    if (!Number.isFinite(value)) {
      this.#setOwn(cellKind.text, decodeText(bytes, from, to).trim(), texts);
      if (this.kind === cellKind.emptyText) this.#set(cellKind.blank, 0);
    } else {
      this.decodeNumber(value, style);
      if (this.kind === cellKind.number && isLongInteger(value, bytes, from, to))
        this.#setOwn(cellKind.longInteger, decodeText(bytes, from, to), texts);
    }
  }

  #decodeSerial(value: number, meaning: "date" | "clock" | "duration"): void {
    const isTimeOfDay = meaning === "clock" && value >= 0 && value < 1;
    const instant = toInstant(value, this.#context.is1904);
    if (meaning === "duration") this.#setDuration(value);
    else if (isTimeOfDay) this.#set(cellKind.clock, toMilliseconds(value));
    else if (instant === undefined) this.#set(cellKind.number, value);
    else this.#set(cellKind.instant, instant);
  }

  /** Beyond some 285,000 years it is a number: no interval holds it. */
  #setDuration(serial: number): void {
    const milliseconds = toMilliseconds(serial);
    if (Number.isSafeInteger(milliseconds)) this.#set(cellKind.duration, milliseconds);
    else this.#set(cellKind.number, serial);
  }

  #decodeBoolean(value: string, texts: BatchTexts): void {
    const text = value.trim().toLowerCase();
    if (text === "1" || text === "true") this.#set(cellKind.boolean, 1);
    else if (text === "0" || text === "false") this.#set(cellKind.boolean, 0);
    else this.#setOwn(cellKind.text, value, texts);
  }

  #decodeIsoDate(text: string, texts: BatchTexts): void {
    const instant = parseIsoInstant(text);
    const clock = instant === undefined ? parseIsoClock(text) : undefined;
    const duration = parseIsoDuration(text);
    if (instant !== undefined) this.#set(cellKind.instant, instant);
    else if (clock !== undefined) this.#set(cellKind.clock, clock);
    else if (duration !== undefined && Number.isSafeInteger(duration)) this.#set(cellKind.duration, duration);
    else this.#setOwn(cellKind.text, text, texts);
  }

  #setOwn(kind: number, text: string, texts: BatchTexts): void {
    const reference = toOwnIndex(texts.own.addText(text));
    if (kind === cellKind.text) this.#setText(reference, texts);
    else this.#set(kind, reference);
  }

  #setText(reference: number, texts: BatchTexts): void {
    this.#set(texts.byteLength(reference) === 0 ? cellKind.emptyText : cellKind.text, reference);
  }

  #set(kind: number, number: number): void {
    this.kind = kind;
    this.number = number;
  }
}
