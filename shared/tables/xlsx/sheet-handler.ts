import { ConversionError } from "../conversion-error.ts";
import { AttributeCursor, hashOf, readColumn } from "./attribute-cursor.ts";
import { BatchTexts } from "./batch-texts.ts";
import { CellDecoder, numberType, sharedType, type WorkbookContext } from "./cell-decoder.ts";
import { cellKind } from "./cell-kind.ts";
import { PlainCell } from "./plain-cell.ts";
import { PlainRow } from "./plain-row.ts";
import { RowBatch } from "./row-batch.ts";
import { SheetMarks } from "./sheet-marks.ts";
import { TextRun } from "./text-run.ts";
import { unreadable } from "./unreadable.ts";
import { elementName, type XmlHandler } from "./xml-scanner.ts";

/** Excel's last column is XFD. */
const maxSheetColumns = 16_384;
/** A text of 1 MB in 20,000 cells makes a table of 20 GB from a file of 100 kB. */
const maxTextBytes = 1_000_000_000;

const name = {
  sheetData: elementName("sheetData"),
  row: elementName("row"),
  cell: elementName("c"),
  value: elementName("v"),
  text: elementName("t"),
  phonetic: elementName("rPh"),
};
const attribute = {
  reference: elementName("r"),
  style: elementName("s"),
  type: elementName("t"),
  hidden: elementName("hidden"),
};

/**
 * Turns the elements of a sheet into batches of rows.
 *
 * This is where the time goes: it is called for every cell, so it keeps positions in the bytes instead of
 * strings and allocates nothing for numbers.
 */
export class SheetHandler implements XmlHandler {
  /** Batches that are full; whoever takes them empties the list. */
  readonly finished: RowBatch[] = [];
  /** Hidden rows that hold something. */
  hiddenRows = 0;
  readonly marks = new SheetMarks();
  readonly #attributes = new AttributeCursor();
  readonly #decoder: CellDecoder;
  readonly #plain = new PlainCell();
  readonly #plainRow = new PlainRow();
  #batch: RowBatch;
  #textBytes = 0;
  #isInData = false;
  /** Inside a row and outside its cells, where a whole cell can begin. */
  #isBetweenCells = false;
  #rowNumber = 0;
  #isRowAdded = false;
  #isRowHidden = false;
  #column = -1;
  #style = 0;
  #type = numberType;
  #isInValue = false;
  /** Some writers give a cell both `<is>` and `<v>`; the first is what Excel shows. */
  #isInline = false;
  #isInPhonetic = false;
  readonly #value = new TextRun();
  readonly #decode = (bytes: Buffer, from: number, to: number) =>
    this.#decoder.decode(this.#type, this.#style, bytes, from, to, this.#batch.texts);

  constructor(context: WorkbookContext) {
    this.#decoder = new CellDecoder(context);
    this.#batch = new RowBatch(new BatchTexts(context.strings));
  }

  /** The rows since the last full batch; call it once, at the end. */
  finish(): RowBatch {
    return this.#batch;
  }

  takeWhole(bytes: Buffer, from: number, length: number): number {
    if (!this.#isBetweenCells) return from;
    const cell = this.#plain;
    const row = this.#plainRow;
    let position = from;
    for (;;) {
      if (cell.read(bytes, position, length)) {
        this.#takePlain(cell, bytes);
        position = cell.end;
      } else if (row.read(bytes, position, length)) {
        this.#startRow(row.number);
        position = row.end;
      } else return position;
    }
  }

  open(element: number, bytes: Buffer, from: number, to: number): void {
    if (!this.#isInData) {
      if (element === name.sheetData) this.#isInData = true;
      else this.marks.take(element, bytes, from, to);
    } else if (element === name.cell) this.#beginCell(bytes, from, to);
    else if (element === name.value) this.#isInValue = !this.#isInline;
    else if (element === name.row) this.#beginRow(bytes, from, to);
    else if (element === name.text) this.#beginInlineText();
    else if (element === name.phonetic) this.#isInPhonetic = true;
    else this.#isBetweenCells = false;
  }

  close(element: number): void {
    if (!this.#isInData) return;
    if (element === name.cell) this.#endCell();
    else if (element === name.row) this.#isBetweenCells = false;
    else if (element === name.value || element === name.text) this.#isInValue = false;
    else if (element === name.phonetic) this.#isInPhonetic = false;
    else if (element === name.sheetData) this.#isInData = false;
  }

  text(bytes: Buffer, from: number, to: number): void {
    if (this.#isInValue) this.#value.append(bytes, from, to);
  }

  settle(): void {
    this.#value.settle();
  }

  #beginRow(bytes: Buffer, from: number, to: number): void {
    let rowNumber = 0;
    let isHidden = false;
    this.#attributes.start(bytes, from, to);
    while (this.#attributes.next()) {
      if (this.#attributes.name === attribute.reference) rowNumber = this.#attributes.wholeNumber();
      else if (this.#attributes.name === attribute.hidden && this.#attributes.isTrue()) isHidden = true;
    }
    if (isHidden) this.#plainRow.forget();
    else this.#plainRow.learn(bytes, from, to);
    this.#startRow(rowNumber > 0 ? rowNumber : this.#rowNumber + 1);
    this.#isRowHidden = isHidden;
  }

  #startRow(rowNumber: number): void {
    this.#rowNumber = rowNumber;
    this.#isRowAdded = false;
    this.#isRowHidden = false;
    this.#isBetweenCells = true;
    this.#column = -1;
  }

  #beginCell(bytes: Buffer, from: number, to: number): void {
    this.#isBetweenCells = false;
    let column = -1;
    this.#style = 0;
    this.#type = numberType;
    this.#isInline = false;
    this.#value.clear();
    this.#attributes.start(bytes, from, to);
    while (this.#attributes.next()) {
      const { name, valueFrom, valueTo } = this.#attributes;
      if (name === attribute.reference) column = readColumn(bytes, valueFrom, valueTo);
      else if (name === attribute.style) this.#style = this.#attributes.wholeNumber();
      else if (name === attribute.type) this.#type = hashOf(bytes, valueFrom, valueTo);
    }
    this.#moveTo(column);
  }

  /** To the column of that number, or to the next one for a cell without a reference. */
  #moveTo(column: number): void {
    this.#column = column < 0 ? this.#column + 1 : column;
    if (this.#column >= maxSheetColumns) throw unreadable("a cell stands beyond column XFD");
  }

  #beginInlineText(): void {
    if (!this.#isInline) this.#value.clear();
    this.#isInline = true;
    this.#isInValue = !this.#isInPhonetic;
  }

  #endCell(): void {
    this.#isBetweenCells = true;
    if (this.#value.isEmpty) return; // styled, but blank
    this.#makeRoom();
    this.#value.read(this.#decode);
    this.#value.clear();
    this.#store();
  }

  #takePlain(cell: PlainCell, bytes: Buffer): void {
    const { column, style, type } = cell.attributes;
    this.#moveTo(column);
    if (cell.from === cell.to) return;
    this.#makeRoom();
    if (Number.isNaN(cell.number)) this.#decoder.decode(type, style, bytes, cell.from, cell.to, this.#batch.texts);
    else if (type === numberType) this.#decoder.decodeNumber(cell.number, style);
    else if (type === sharedType) this.#decoder.decodeShared(cell.number);
    else this.#decoder.decodeFlag(cell.number === 1);
    this.#store();
  }

  #store(): void {
    if (this.#decoder.kind === cellKind.blank) return;
    if (!this.#isRowAdded) {
      this.#batch.addRow(this.#rowNumber);
      this.#isRowAdded = true;
      if (this.#isRowHidden) this.hiddenRows++;
    }
    this.#batch.setCell(this.#column, this.#decoder.kind, this.#decoder.number);
  }

  /** Begins a new batch where the cell at hand is the first of a row for which there is no room. */
  #makeRoom(): void {
    if (this.#isRowAdded || !this.#batch.isFull) return;
    this.#textBytes += this.#batch.textBytes;
    if (this.#textBytes > maxTextBytes) {
      throw new ConversionError("too_large", "Cannot read the workbook: the texts of a sheet come to more than 1 GB");
    }
    this.finished.push(this.#batch);
    this.#batch = this.#batch.next();
  }
}
