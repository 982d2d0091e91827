import type { Readable } from "node:stream";
import { ConversionError } from "../conversion-error.ts";
import { elementName, scanXml, type XmlHandler } from "./xml-scanner.ts";
import { decodeText, resolveEscapes } from "./xml-text.ts";

const blockBytes = 1024 * 1024;
/** Strings decoded once and kept, for those that thousands of cells share. */
const maxCachedCharacters = 2 * 1024 * 1024;
const maxTotalBytes = 512 * 1024 * 1024;

/**
 * The texts that cells point to by number, kept as UTF-8 in blocks: half the memory of strings or less, and
 * nothing for the garbage collector to walk through.
 */
export class SharedStrings {
  readonly #blocks: Buffer[] = [];
  /** Block, start and length of each text. */
  #places = new Uint32Array(3 * 1024);
  #used = blockBytes;
  #count = 0;
  #totalBytes = 0;
  readonly #cache: (string | undefined)[] = [];
  #cachedCharacters = 0;

  get count(): number {
    return this.#count;
  }

  add(text: string): void {
    const length = Buffer.byteLength(text);
    this.#totalBytes += length;
    if (this.#totalBytes > maxTotalBytes) {
      throw new ConversionError("too_large", "Cannot read the workbook: its texts come to more than 512 MB");
    }
    const block = this.#makeRoom(length);
    const at = this.#count * 3;
    if (at === this.#places.length) this.#places = doubled(this.#places);
    this.#places.set([this.#blocks.length - 1, this.#used, length], at);
    block.write(text, this.#used);
    this.#used += length;
    this.#count++;
  }

  /** The text of that number; undefined where there is none. */
  get(index: number): string | undefined {
    const cached = this.#cache[index];
    if (cached !== undefined) return cached;
    const [block = 0, start = 0, length = 0] = this.#places.subarray(index * 3, index * 3 + 3);
    if (!(index >= 0 && index < this.#count)) return undefined;
    const text = this.#blocks[block]?.toString("utf8", start, start + length) ?? "";
    if (this.#cachedCharacters < maxCachedCharacters) {
      this.#cache[index] = text;
      this.#cachedCharacters += text.length;
    }
    return text;
  }

  #makeRoom(length: number): Buffer {
    const last = this.#blocks.at(-1);
    if (last !== undefined && this.#used + length <= last.length) return last;
    const block = Buffer.allocUnsafeSlow(Math.max(blockBytes, length));
    this.#blocks.push(block);
    this.#used = 0;
    return block;
  }
}

const si = elementName("si");
const t = elementName("t");
const phonetic = elementName("rPh");

/** Reads `sharedStrings.xml`: runs of rich text are joined, phonetic guides (furigana) left out. */
export async function readSharedStrings(part: Readable): Promise<SharedStrings> {
  const handler = new SharedStringHandler();
  await scanXml(part, handler);
  return handler.strings;
}

class SharedStringHandler implements XmlHandler {
  readonly strings = new SharedStrings();
  #text = "";
  #isInText = false;
  #isInPhonetic = false;

  open(name: number): void {
    if (name === si) this.#text = "";
    else if (name === t) this.#isInText = !this.#isInPhonetic;
    else if (name === phonetic) this.#isInPhonetic = true;
  }

  close(name: number): void {
    if (name === t) this.#isInText = false;
    else if (name === phonetic) this.#isInPhonetic = false;
    else if (name === si) this.strings.add(resolveEscapes(this.#text));
  }

  text(bytes: Buffer, from: number, to: number): void {
    if (this.#isInText) this.#text += decodeText(bytes, from, to);
  }
}

function doubled(places: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(places.length * 2);
  larger.set(places);
  return larger;
}
