import type { Readable } from "node:stream";
import { type FormatMeaning, meaningOfFormat } from "./number-format.ts";
import { elementName, scanXml, type XmlHandler } from "./xml-scanner.ts";
import { readAttributes } from "./xml-text.ts";

const numFmts = elementName("numFmts");
const numFmt = elementName("numFmt");
const cellXfs = elementName("cellXfs");
const xf = elementName("xf");

/** Reads `styles.xml` down to what matters here: for each cell style, what it makes of a number. */
export async function readStyles(part: Readable): Promise<FormatMeaning[]> {
  const handler = new StyleHandler();
  await scanXml(part, handler);
  return handler.formatIds.map((id) => meaningOfFormat(id, handler.codes.get(id)));
}

class StyleHandler implements XmlHandler {
  readonly codes = new Map<number, string>();
  readonly formatIds: number[] = [];
  #isInCellFormats = false;
  /** Conditional formats define codes too, inside `<dxf>`, which are not the cells'. */
  #isInCodes = false;

  open(name: number, bytes: Buffer, from: number, to: number): void {
    if (name === cellXfs) this.#isInCellFormats = true;
    else if (name === numFmts) this.#isInCodes = true;
    else if (name === numFmt && this.#isInCodes) {
      const { numFmtId, formatCode } = readAttributes(bytes, from, to);
      if (formatCode !== undefined) this.codes.set(Number(numFmtId), formatCode);
    } else if (name === xf && this.#isInCellFormats) {
      this.formatIds.push(Number(readAttributes(bytes, from, to).numFmtId ?? 0));
    }
  }

  close(name: number): void {
    if (name === cellXfs) this.#isInCellFormats = false;
    else if (name === numFmts) this.#isInCodes = false;
  }

  text(): void {}
}
