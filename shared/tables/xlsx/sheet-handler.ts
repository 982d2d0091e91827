import { AttributeCursor } from "./attribute-cursor.ts";
import { CellDecoder, numberType, type WorkbookContext } from "./cell-decoder.ts";
import { cellKind } from "./cell-kind.ts";
import { RowBatch } from "./row-batch.ts";
import { unreadable } from "./unreadable.ts";
import { elementName, type XmlHandler } from "./xml-scanner.ts";
import { decodeText } from "./xml-text.ts";

/** Excel's last column is XFD. */
const maxSheetColumns = 16_384;

const name = {
  sheetData: elementName("sheetData"),
  row: elementName("row"),
  cell: elementName("c"),
  value: elementName("v"),
  text: elementName("t"),
  phonetic: elementName("rPh"),
  column: elementName("col"),
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
  hiddenRows = 0;
  hasHiddenColumns = false;
  readonly #attributes = new AttributeCursor();
  readonly #decoder: CellDecoder;
  #batch = new RowBatch();
  #isInData = false;
  #rowNumber = 0;
  #isRowAdded = false;
  #column = -1;
  #style = 0;
  #type = numberType;
  #isInValue = false;
  /** Some writers give a cell both `<is>` and `<v>`; the first is what Excel shows. */
  #isInline = false;
  #isInPhonetic = false;
  /** The bytes of the cell's value; `#joined` instead where it came in several pieces. */
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #joined = "";

  constructor(context: WorkbookContext) {
    this.#decoder = new CellDecoder(context);
  }

  /** The rows since the last full batch; call it once, at the end. */
  finish(): RowBatch {
    return this.#batch;
  }

  open(element: number, bytes: Buffer, from: number, to: number): void {
    if (!this.#isInData) this.#openOutsideData(element, bytes, from, to);
    else if (element === name.cell) this.#beginCell(bytes, from, to);
    else if (element === name.value) this.#isInValue = !this.#isInline;
    else if (element === name.row) this.#beginRow(bytes, from, to);
    else if (element === name.text) this.#beginInlineText();
    else if (element === name.phonetic) this.#isInPhonetic = true;
  }

  close(element: number): void {
    if (!this.#isInData) return;
    if (element === name.cell) this.#endCell();
    else if (element === name.value || element === name.text) this.#isInValue = false;
    else if (element === name.phonetic) this.#isInPhonetic = false;
    else if (element === name.sheetData) this.#isInData = false;
  }

  text(bytes: Buffer, from: number, to: number): void {
    if (!this.#isInValue) return;
    if (this.#from < this.#to) {
      if (this.#joined === "") this.#joined = decodeText(this.#bytes, this.#from, this.#to);
      this.#joined += decodeText(bytes, from, to);
      return;
    }
    this.#bytes = bytes;
    this.#from = from;
    this.#to = to;
  }

  #openOutsideData(element: number, bytes: Buffer, from: number, to: number): void {
    if (element === name.sheetData) this.#isInData = true;
    if (element !== name.column) return;
    this.#attributes.start(bytes, from, to);
    while (this.#attributes.next()) {
      if (this.#attributes.name === attribute.hidden && this.#attributes.isTrue()) this.hasHiddenColumns = true;
    }
  }

  #beginRow(bytes: Buffer, from: number, to: number): void {
    let rowNumber = 0;
    this.#attributes.start(bytes, from, to);
    while (this.#attributes.next()) {
      if (this.#attributes.name === attribute.reference) rowNumber = this.#attributes.wholeNumber();
      else if (this.#attributes.name === attribute.hidden && this.#attributes.isTrue()) this.hiddenRows++;
    }
    this.#rowNumber = rowNumber > 0 ? rowNumber : this.#rowNumber + 1;
    this.#isRowAdded = false;
    this.#column = -1;
  }

  #beginCell(bytes: Buffer, from: number, to: number): void {
    this.#column++; // for a cell without a reference
    this.#style = 0;
    this.#type = numberType;
    this.#isInline = false;
    this.#forgetValue();
    this.#attributes.start(bytes, from, to);
    while (this.#attributes.next()) {
      const { name, valueFrom, valueTo } = this.#attributes;
      if (name === attribute.reference) this.#column = readColumn(bytes, valueFrom, valueTo, this.#column);
      else if (name === attribute.style) this.#style = this.#attributes.wholeNumber();
      else if (name === attribute.type) this.#type = hashOf(bytes, valueFrom, valueTo);
    }
    if (this.#column >= maxSheetColumns) throw unreadable("a cell stands beyond column XFD");
  }

  #beginInlineText(): void {
    if (!this.#isInline) this.#forgetValue();
    this.#isInline = true;
    this.#isInValue = !this.#isInPhonetic;
  }

  #forgetValue(): void {
    this.#from = this.#to = 0;
    this.#joined = "";
  }

  #endCell(): void {
    if (this.#from >= this.#to) return; // no value: styled, but blank
    if (this.#joined !== "") this.#useJoined();
    this.#decoder.decode(this.#type, this.#style, this.#bytes, this.#from, this.#to);
    if (this.#decoder.kind === cellKind.blank) return;
    if (!this.#isRowAdded) this.#addRow();
    this.#batch.setCell(this.#column, this.#decoder.kind, this.#decoder.number, this.#decoder.text);
  }

  #useJoined(): void {
    this.#bytes = Buffer.from(this.#joined.replaceAll("&", "&amp;"));
    this.#from = 0;
    this.#to = this.#bytes.length;
  }

  #addRow(): void {
    if (this.#batch.isFull) {
      this.finished.push(this.#batch);
      this.#batch = new RowBatch();
    }
    this.#batch.addRow(this.#rowNumber);
    this.#isRowAdded = true;
  }
}

/** The column of a reference such as `AB12`, from 0; which row it is, the row says. */
function readColumn(bytes: Buffer, from: number, to: number, otherwise: number): number {
  let column = 0;
  for (let position = from; position < to; position++) {
    const letter = (bytes[position] as number) & 0xdf; // upper case
    if (letter < 0x41 || letter > 0x5a) break;
    column = column * 26 + letter - 0x40;
  }
  return column === 0 ? otherwise : column - 1;
}

function hashOf(bytes: Buffer, from: number, to: number): number {
  let hash = 0;
  for (let position = from; position < to; position++) hash = (Math.imul(hash, 31) + (bytes[position] as number)) | 0;
  return hash;
}
