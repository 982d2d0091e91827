import { AttributeCursor, hashOf, readColumn } from "./attribute-cursor.ts";
import { isTextType, numberType } from "./cell-decoder.ts";
import { TextRun } from "./text-run.ts";
import { unreadable } from "./unreadable.ts";
import { elementName } from "./xml-scanner.ts";

const attribute = { reference: elementName("r"), style: elementName("s"), type: elementName("t") };

/** A cell that is not plain, gathered as the scanner tells it, element by element. One object serves a whole sheet. */
export class ToldCell {
  /** From 0; -1 for a cell without a reference. */
  column = -1;
  style = 0;
  type = numberType;
  readonly value = new TextRun();
  #isInValue = false;
  #hasValue = false;
  #hasWritten = false;
  /** Some writers give a cell both `<is>` and `<v>`; the first is what Excel shows. */
  #isInline = false;
  #isInPhonetic = false;
  readonly #attributes = new AttributeCursor();

  /** Begins with the attributes of another cell. */
  begin(bytes: Buffer, from: number, to: number): void {
    this.column = -1;
    this.style = 0;
    this.type = numberType;
    this.#isInline = this.#hasValue = this.#hasWritten = false;
    this.value.clear();
    this.#attributes.start(bytes, from, to);
    while (this.#attributes.next()) {
      const { name, valueFrom, valueTo } = this.#attributes;
      if (name === attribute.reference) this.column = readColumn(bytes, valueFrom, valueTo);
      else if (name === attribute.style) this.style = this.#attributes.wholeNumber();
      else if (name === attribute.type) this.type = hashOf(bytes, valueFrom, valueTo);
    }
  }

  /** `<v>`. Throws `unreadable_workbook` at the second of one cell: which of them counts, nobody can tell. */
  beginValue(): void {
    if (this.#hasWritten) throw unreadable("a cell has two values");
    this.#isInValue = !this.#isInline;
    this.#hasValue = this.#hasWritten = true;
  }

  /** `<t>` */
  beginText(): void {
    if (!this.#isInline) this.value.clear();
    this.#isInline = this.#hasValue = true;
    this.#isInValue = !this.#isInPhonetic;
  }

  /** `</v>` or `</t>` */
  endText(): void {
    this.#isInValue = false;
  }

  /** `<rPh>` and `</rPh>`: how a text is spoken is no part of it. */
  setPhonetic(isPhonetic: boolean): void {
    this.#isInPhonetic = isPhonetic;
  }

  addText(bytes: Buffer, from: number, to: number): void {
    if (this.#isInValue) this.value.append(bytes, from, to);
  }

  /** True for a text of no length; a cell without a value is none. */
  get isEmptyText(): boolean {
    return this.#hasValue && this.value.isEmpty && isTextType(this.type);
  }
}
