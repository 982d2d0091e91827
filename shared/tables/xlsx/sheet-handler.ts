import { AttributeCursor } from "./attribute-cursor.ts";
import { CellDecoder, isTextType, numberType, sharedType, type WorkbookContext } from "./cell-decoder.ts";
import { PlainCell } from "./plain-cell.ts";
import { PlainRow } from "./plain-row.ts";
import { RowCollector } from "./row-collector.ts";
import { SheetMarks } from "./sheet-marks.ts";
import { ToldCell } from "./told-cell.ts";
import { unreadable } from "./unreadable.ts";
import { elementName, type XmlHandler } from "./xml-scanner.ts";

/** Excel's last column is XFD. */
const maxSheetColumns = 16_384;

const name = {
  sheetData: elementName("sheetData"),
  row: elementName("row"),
  cell: elementName("c"),
  value: elementName("v"),
  text: elementName("t"),
  phonetic: elementName("rPh"),
};
const attribute = { reference: elementName("r"), hidden: elementName("hidden") };

/**
 * Turns the elements of a sheet into batches of rows.
 *
 * This is where the time goes: it is called for every cell, so it keeps positions in the bytes instead of
 * strings and allocates nothing for numbers.
 */
export class SheetHandler implements XmlHandler {
  readonly rows: RowCollector;
  readonly marks = new SheetMarks();
  readonly #attributes = new AttributeCursor();
  readonly #decoder: CellDecoder;
  readonly #plain = new PlainCell();
  readonly #plainRow = new PlainRow();
  readonly #told = new ToldCell();
  /** Takes whole cells and rows where they are plain; without, every element is told by the scanner. */
  readonly #isQuick: boolean;
  #isInData = false;
  /** Inside a row and outside its cells, where a whole cell can begin. */
  #isBetweenCells = false;
  #column = -1;
  readonly #decode = (bytes: Buffer, from: number, to: number) =>
    this.#decoder.decode(this.#told.type, this.#told.style, bytes, from, to, this.rows.texts);

  constructor(context: WorkbookContext, isQuick = true) {
    this.#decoder = new CellDecoder(context);
    this.rows = new RowCollector(context.strings);
    this.#isQuick = isQuick;
  }

  takeWhole(bytes: Buffer, from: number, length: number): number {
    if (!this.#isBetweenCells || !this.#isQuick) return from;
    const cell = this.#plain;
    const row = this.#plainRow;
    let position = from;
    for (;;) {
      if (cell.read(bytes, position, length)) {
        this.#takePlain(cell, bytes);
        position = cell.end;
      } else if (row.read(bytes, position, length)) {
        this.#startRow(row.number, false);
        cell.startRow(bytes, row.from, row.to);
        position = row.end;
      } else return position;
    }
  }

  open(element: number, bytes: Buffer, from: number, to: number): void {
    if (!this.#isInData) {
      if (element === name.sheetData) this.#isInData = true;
      else this.marks.take(element, bytes, from, to);
    } else if (element === name.cell) this.#beginCell(bytes, from, to);
    else if (element === name.value) this.#told.beginValue();
    else if (element === name.row) this.#beginRow(bytes, from, to);
    else if (element === name.text) this.#told.beginText();
    else if (element === name.phonetic) this.#told.setPhonetic(true);
    else this.#isBetweenCells = false;
  }

  close(element: number): void {
    if (!this.#isInData) return;
    if (element === name.cell) this.#endCell();
    else if (element === name.row) this.#isBetweenCells = false;
    else if (element === name.value || element === name.text) this.#told.endText();
    else if (element === name.phonetic) this.#told.setPhonetic(false);
    else if (element === name.sheetData) this.#isInData = false;
  }

  text(bytes: Buffer, from: number, to: number): void {
    this.#told.addText(bytes, from, to);
  }

  settle(): void {
    this.#told.value.settle();
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
    this.#plain.startRow(bytes, from, from);
    this.#startRow(rowNumber > 0 ? rowNumber : this.rows.rowNumber + 1, isHidden);
  }

  #startRow(rowNumber: number, isHidden: boolean): void {
    this.rows.startRow(rowNumber, isHidden);
    this.#isBetweenCells = true;
    this.#column = -1;
  }

  #beginCell(bytes: Buffer, from: number, to: number): void {
    this.#isBetweenCells = false;
    this.#told.begin(bytes, from, to);
    this.#moveTo(this.#told.column);
  }

  /** To the column of that number, or to the next one for a cell without a reference. */
  #moveTo(column: number): void {
    this.#column = column < 0 ? this.#column + 1 : column;
    if (this.#column >= maxSheetColumns) throw unreadable("a cell stands beyond column XFD");
  }

  #endCell(): void {
    this.#isBetweenCells = true;
    const { value, isEmptyText } = this.#told;
    if (isEmptyText) this.rows.storeEmptyText(this.#column);
    if (value.isEmpty) return; // styled, but blank
    this.rows.meet();
    value.read(this.#decode);
    value.clear();
    this.#store();
  }

  #takePlain(cell: PlainCell, bytes: Buffer): void {
    const { column, style, type } = cell.attributes;
    this.#moveTo(column);
    if (cell.from === cell.to) {
      if (cell.to > 0 && isTextType(type)) this.rows.storeEmptyText(this.#column);
      return;
    }
    this.rows.meet();
    if (Number.isNaN(cell.number)) this.#decoder.decode(type, style, bytes, cell.from, cell.to, this.rows.texts);
    else if (type === numberType) this.#decoder.decodeNumber(cell.number, style);
    else if (type === sharedType) this.#decoder.decodeShared(cell.number);
    else this.#decoder.decodeFlag(cell.number === 1);
    this.#store();
  }

  #store(): void {
    this.rows.store(this.#column, this.#decoder.kind, this.#decoder.number);
  }
}
