import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { readPieces } from "../csv/read-pieces.ts";

/** Stands before the text of each number that was put in quotes; a control character that nobody writes. */
export const NUMBER_MARK = "\u0011";
const OPEN = Buffer.from('"\\u0011');
const CLOSE = Buffer.from('"');

const QUOTE = 34;
const BACKSLASH = 92;

/** Which numbers are put in quotes: those on this level of nesting, or all. */
export interface QuotedNumbers {
  level: number | "all";
}

/** Writes JSON with its numbers as marked strings, so that a reader cannot change their spelling. */
export async function quoteNumbers(
  path: string,
  offset: number,
  { level }: QuotedNumbers,
  target: string,
): Promise<void> {
  const quoter = new NumberQuoter(level);
  async function* pieces(): AsyncGenerator<Buffer> {
    for await (const piece of readPieces(path, offset)) yield quoter.push(piece);
    yield quoter.end();
  }
  await pipeline(Readable.from(pieces()), createWriteStream(target));
}

class NumberQuoter {
  readonly #wanted: number | "all";
  #level = 0;
  #isInString = false;
  #isEscaped = false;
  #isInNumber = false;

  constructor(wanted: number | "all") {
    this.#wanted = wanted;
  }

  /** The piece with its numbers quoted: a buffer of its own. */
  push(piece: Buffer): Buffer {
    const parts: Buffer[] = [];
    let from = 0;
    const insert = (text: Buffer, at: number) => {
      parts.push(piece.subarray(from, at), text);
      from = at;
    };
    for (let at = 0; at < piece.length; at++) {
      const byte = piece[at] ?? 0;
      if (this.#isInString) this.#stringByte(byte);
      else if (this.#isInNumber) {
        if (isOfNumber(byte)) continue;
        insert(CLOSE, at);
        this.#isInNumber = false;
        this.#otherByte(byte);
      } else if (this.#isWanted() && (byte === 45 || (byte >= 48 && byte <= 57))) {
        insert(OPEN, at);
        this.#isInNumber = true;
      } else this.#otherByte(byte);
    }
    parts.push(piece.subarray(from));
    return Buffer.concat(parts);
  }

  end(): Buffer {
    return this.#isInNumber ? CLOSE : Buffer.alloc(0);
  }

  #isWanted(): boolean {
    return this.#wanted === "all" || this.#level === this.#wanted;
  }

  #stringByte(byte: number): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (byte === BACKSLASH) this.#isEscaped = true;
    else if (byte === QUOTE) this.#isInString = false;
  }

  #otherByte(byte: number): void {
    if (byte === QUOTE) this.#isInString = true;
    else if (byte === 91 || byte === 123) this.#level++;
    else if (byte === 93 || byte === 125) this.#level--;
  }
}

/** Digits, signs, a point or an exponent. */
function isOfNumber(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || byte === 43 || byte === 45 || byte === 46 || byte === 69 || byte === 101;
}
