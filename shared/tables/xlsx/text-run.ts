import type { TextTable } from "./text-table.ts";
import { decodeText, isPlainText, resolveEscapes } from "./xml-text.ts";

/**
 * The text of one element as it arrives. Nearly always that is one piece, of which only the place in the bytes is
 * kept; several (rich text, or text around a comment or a CDATA section) are joined as strings.
 */
export class TextRun {
  #bytes: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  #joined: string | undefined;

  get isEmpty(): boolean {
    return this.#from >= this.#to;
  }

  clear(): void {
    this.#from = this.#to = 0;
    this.#joined = undefined;
  }

  /** Appends `bytes[from..to)`, references unresolved. */
  append(bytes: Buffer, from: number, to: number): void {
    if (this.isEmpty) {
      this.#bytes = bytes;
      this.#from = from;
      this.#to = to;
    } else {
      this.#joined ??= decodeText(this.#bytes, this.#from, this.#to);
      this.#joined += decodeText(bytes, from, to);
    }
  }

  /** Copies what may be overwritten from now on. */
  settle(): void {
    if (this.isEmpty || this.#joined !== undefined) return;
    this.#bytes = Buffer.from(this.#bytes.subarray(this.#from, this.#to));
    this.#to -= this.#from;
    this.#from = 0;
  }

  /** Tells where the text is: `bytes[from..to)`, references unresolved. */
  read<T>(use: (bytes: Buffer, from: number, to: number) => T): T {
    if (this.#joined === undefined) return use(this.#bytes, this.#from, this.#to);
    // Escaped again, so that there is one way only to read a text.
    const bytes = Buffer.from(this.#joined.replaceAll("&", "&amp;").replaceAll("\r", "&#13;"));
    return use(bytes, 0, bytes.length);
  }
}

/** Adds the text in `bytes[from..to)`, references and Excel's escapes resolved, to a table; answers its number. */
export function addXmlText(table: TextTable, bytes: Buffer, from: number, to: number): number {
  if (isPlainText(bytes, from, to)) return table.add(bytes, from, to);
  return table.addText(resolveEscapes(decodeText(bytes, from, to)));
}
