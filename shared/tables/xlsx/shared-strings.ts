import type { Readable } from "node:stream";
import { PlainString } from "./plain-string.ts";
import { addXmlText, TextRun } from "./text-run.ts";
import { TextTable } from "./text-table.ts";
import { elementName, scanXml, type XmlHandler } from "./xml-scanner.ts";

const si = elementName("si");
const t = elementName("t");
const phonetic = elementName("rPh");

/**
 * Reads `sharedStrings.xml`, the texts that cells point to by number: runs of rich text are joined, phonetic guides
 * (furigana) left out.
 */
export async function readSharedStrings(part: Readable): Promise<TextTable> {
  const handler = new SharedStringHandler();
  await scanXml(part, handler);
  return handler.strings;
}

class SharedStringHandler implements XmlHandler {
  readonly strings = new TextTable();
  readonly #text = new TextRun();
  readonly #keep = (bytes: Buffer, from: number, to: number) => addXmlText(this.strings, bytes, from, to);
  readonly #plain = new PlainString();
  #isInText = false;
  #isInPhonetic = false;

  takeWhole(bytes: Buffer, from: number, length: number): number {
    const plain = this.#plain;
    let position = from;
    while (plain.read(bytes, position, length)) {
      addXmlText(this.strings, bytes, plain.from, plain.to);
      position = plain.end;
    }
    return position;
  }

  open(name: number): void {
    if (name === si) this.#text.clear();
    else if (name === t) this.#isInText = !this.#isInPhonetic;
    else if (name === phonetic) this.#isInPhonetic = true;
  }

  close(name: number): void {
    if (name === t) this.#isInText = false;
    else if (name === phonetic) this.#isInPhonetic = false;
    else if (name === si) {
      this.#text.read(this.#keep);
      this.#text.clear();
    }
  }

  text(bytes: Buffer, from: number, to: number): void {
    if (this.#isInText) this.#text.append(bytes, from, to);
  }

  settle(): void {
    this.#text.settle();
  }
}
