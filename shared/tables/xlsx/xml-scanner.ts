import type { Readable } from "node:stream";
import { unreadable } from "./unreadable.ts";
import { toUtf8 } from "./xml-encoding.ts";

/** What is told about an XML document, in its order. Bytes are good until `settle()`: copy what shall last. */
export interface XmlHandler {
  /** An element begins. `name` is `elementName()` of its local name; its attributes stand in `bytes[from..to)`. */
  open(name: number, bytes: Buffer, from: number, to: number): void;
  close(name: number): void;
  /** Text with its references unresolved; a run can come in several pieces. */
  text(bytes: Buffer, from: number, to: number): void;
  /**
   * May take whole elements that begin at `from`, well-formed and with all that is in them, and answers where it
   * stopped. Of these it is told nothing else.
   */
  takeWhole?(bytes: Buffer, from: number, length: number): number;
  /** The bytes told of so far are about to be overwritten. */
  settle?(): void;
}

/**
 * A local name as a number, so that the scanner compares names without making strings of them.
 * Two names could share a number; none of those that spreadsheets use do (a test holds them apart).
 */
export function elementName(local: string): number {
  let hash = 0;
  for (const byte of Buffer.from(local)) hash = (Math.imul(hash, 31) + byte) | 0;
  return hash;
}

/** Far more than Excel's 32,767 characters per cell; what is longer is kept in memory until it ends. */
const maxTokenBytes = 8 * 1024 * 1024;
const maxDepth = 256;

const less = 0x3c;
const greater = 0x3e;
const slash = 0x2f;
const colon = 0x3a;

/** Reads one part of a workbook to its end. Throws `unreadable_workbook` when it is not well-formed XML. */
export async function scanXml(part: Readable, handler: XmlHandler): Promise<void> {
  const scanner = new XmlScanner(handler);
  for await (const chunk of toUtf8(part)) scanner.push(chunk);
  scanner.end();
}

/**
 * A tokenizer for the XML that spreadsheet programs write, over bytes as they arrive.
 *
 * It knows no entities but the five of XML and no document types: `<!DOCTYPE` is refused, and with it every
 * attack by entities. Measured several times faster than a general SAX parser, which makes a string of everything.
 */
export class XmlScanner {
  readonly #handler: XmlHandler;
  /** Names of the elements that are open, to notice an end tag that does not fit. */
  readonly #open = new Int32Array(maxDepth);
  #depth = 0;
  /** The bytes at hand: one buffer for the whole document, or garbage would pile up faster than it is collected. */
  #bytes: Buffer = Buffer.alloc(0);
  /** What is left of earlier chunks, at the start of it. */
  #held = 0;

  constructor(handler: XmlHandler) {
    this.#handler = handler;
  }

  /** Takes the next bytes; what ends in the middle of a token waits for more. */
  push(chunk: Buffer): void {
    const length = this.#held + chunk.length;
    if (length > this.#bytes.length) this.#makeRoom(length);
    const bytes = this.#bytes;
    bytes.set(chunk, this.#held);
    let position = 0;
    while (position < length) {
      if (bytes[position] !== less) {
        let end = position + 1;
        while (end < length && bytes[end] !== less) end++;
        if (end === length) break;
        this.#handler.text(bytes, position, end);
        position = end;
      }
      if (this.#handler.takeWhole !== undefined) {
        const taken = this.#handler.takeWhole(bytes, position, length);
        if (taken > position) {
          position = taken;
          continue;
        }
      }
      const next = this.#readTag(bytes, position, length);
      if (next < 0) break;
      position = next;
    }
    this.#handler.settle?.();
    bytes.copyWithin(0, position, length);
    this.#held = length - position;
    if (this.#held > maxTokenBytes) throw unreadable("it holds a single text of more than 8 MB");
  }

  #makeRoom(length: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(length, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#held));
    this.#bytes = larger;
  }

  /** Throws unless every element that was opened has been closed. */
  end(): void {
    if (this.#depth > 0 || this.#bytes.toString("latin1", 0, this.#held).trim() !== "")
      throw unreadable("one of its parts is cut short");
  }

  /** Reads the tag at `start` and answers where it ends, or -1 when its end has not arrived. */
  #readTag(bytes: Buffer, start: number, length: number): number {
    const first = bytes[start + 1];
    if (first === slash) return this.#readEndTag(bytes, start + 2, length);
    if (first === 0x21 || first === 0x3f) return this.#readDeclaration(bytes, start, length);
    let name = 0;
    let position = start + 1;
    for (; position < length; position++) {
      const byte = bytes[position] as number;
      if (byte <= 0x20 || byte === greater || byte === slash) break;
      // A namespace prefix does not count: <x:row> is a row.
      name = byte === colon ? 0 : (Math.imul(name, 31) + byte) | 0;
    }
    const end = findTagEnd(bytes, position, length);
    if (end < 0) return -1;
    const isEmpty = bytes[end - 1] === slash;
    this.#handler.open(name, bytes, position, isEmpty ? end - 1 : end);
    if (isEmpty) this.#handler.close(name);
    else this.#enter(name);
    return end + 1;
  }

  #readEndTag(bytes: Buffer, start: number, length: number): number {
    let name = 0;
    for (let position = start; position < length; position++) {
      const byte = bytes[position] as number;
      if (byte === greater) {
        this.#leave(name);
        return position + 1;
      }
      if (byte > 0x20) name = byte === colon ? 0 : (Math.imul(name, 31) + byte) | 0;
    }
    return -1;
  }

  /** Comments and processing instructions are skipped, CDATA is text, anything else is refused. */
  #readDeclaration(bytes: Buffer, start: number, length: number): number {
    const opening = bytes.toString("latin1", start, Math.min(start + 9, length));
    if (opening.startsWith("<?")) return indexAfter(bytes, "?>", start + 2);
    if (opening.startsWith("<!--")) return indexAfter(bytes, "-->", start + 4);
    if (opening === "<![CDATA[") {
      const end = indexAfter(bytes, "]]>", start + 9);
      if (end >= 0) this.#tellCharacterData(bytes.toString("utf8", start + 9, end - 3));
      return end;
    }
    if ("<!--".startsWith(opening) || "<![CDATA[".startsWith(opening)) return -1; // not enough of it yet
    throw unreadable("one of its parts holds a document type, which spreadsheets never do");
  }

  /** As text whose references are still to be resolved, which is what handlers expect. */
  #tellCharacterData(data: string): void {
    const escaped = Buffer.from(data.replaceAll("&", "&amp;"));
    this.#handler.text(escaped, 0, escaped.length);
  }

  #enter(name: number): void {
    if (this.#depth === maxDepth) throw unreadable("its XML is nested too deeply");
    this.#open[this.#depth++] = name;
  }

  #leave(name: number): void {
    if (this.#depth === 0 || this.#open[--this.#depth] !== name) throw unreadable("its XML is not well-formed");
    this.#handler.close(name);
  }
}

/** The `>` that ends a tag: one inside a quoted value does not. */
function findTagEnd(bytes: Buffer, from: number, length: number): number {
  let quote = 0;
  for (let position = from; position < length; position++) {
    const byte = bytes[position] as number;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === greater) return position;
    else if (byte === 0x22 || byte === 0x27) quote = byte;
  }
  return -1;
}

function indexAfter(bytes: Buffer, text: string, from: number): number {
  const at = bytes.indexOf(text, from, "latin1");
  return at < 0 ? -1 : at + text.length;
}
