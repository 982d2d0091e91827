import { readPieces } from "../csv/read-pieces.ts";
import { NameCounter } from "./name-counter.ts";
import { NumberWatch } from "./number-watch.ts";

/** What a look at every byte of a JSON file says, without building anything from it. */
export interface JsonScan {
  /** Deepest nesting of arrays and objects. */
  depth: number;
  /** `array` of values, `lines` of values one after the other, or one single `value`. */
  form: "array" | "lines" | "value";
  /** Elements of the array, or values one after the other: what a table must have as rows. */
  elements: number;
  /** Elements that are no objects, and so no rows. */
  others: number;
  /** A number within a nested value has more digits than DuckDB's reader keeps. */
  hasLongNumber: boolean;
  /** Level of nesting on which a row's values are. */
  rowLevel: number;
  /** A number of a row is written so that DuckDB's reader would not keep its text: `1.10`, `1e3`, 20 digits. */
  hasOddNumber: boolean;
  /** Values of all rows, without those that are null: what a table must have as filled cells. */
  filled: number;
  /** Different names, those in nested objects too; so many that it stopped looking are one more than `MAX_NAMES`. */
  names: number;
}

/** What a table can have as columns and their fields; DuckDB takes minutes to look at ten times as many. */
export const MAX_NAMES = 10_000;

const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const COLON = 58;
/** The first letter of `null`. */
const SMALL_N = 110;
/** A double writes itself with up to 17 digits behind the point, a few zeros before them; more were not for a double. */
const MAX_DIGITS = 20;

/**
 * Scans for what would hurt a real parser: nesting 500 deep takes DuckDB seconds and 100,000 deep kills the process.
 * Stops as soon as it is deeper than `maxDepth`, or has more names than `MAX_NAMES`.
 */
export async function scanJson(path: string, offset: number, maxDepth: number): Promise<JsonScan> {
  const scanner = new JsonScanner(maxDepth);
  for await (const piece of readPieces(path, offset)) {
    scanner.read(piece);
    if (scanner.depth > maxDepth || scanner.names > MAX_NAMES) break;
  }
  return scanner.result();
}

class JsonScanner {
  depth = 0;
  #level = 0;
  #inString = false;
  #escaped = false;
  #digits = 0;
  #hasLongNumber = false;
  #isArray = false;
  #values = 0;
  #elements = 0;
  #objects = 0;
  #atElement = true;
  readonly #number = new NumberWatch();
  #hasOddNumber = false;
  #isAfterColon = false;
  #isInValue = false;
  #last = 0;
  #filled = 0;
  readonly #names: NameCounter;

  constructor(maxDepth: number) {
    this.#names = new NameCounter(MAX_NAMES, maxDepth);
  }

  get names(): number {
    return this.#names.count;
  }

  read(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (this.#inString) this.#stringByte(byte);
      else this.#byte(byte);
    }
  }

  result(): JsonScan {
    const isLines = this.#values > 1;
    const elements = this.#isArray && !isLines ? this.#elements : this.#values;
    return {
      depth: this.depth,
      form: isLines ? "lines" : this.#isArray ? "array" : "value",
      elements,
      others: elements - this.#objects,
      hasLongNumber: this.#hasLongNumber,
      rowLevel: this.#rowLevel(),
      hasOddNumber: this.#hasOddNumber,
      filled: this.#filled,
      names: this.names,
    };
  }

  #stringByte(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) {
      this.#inString = false;
      return;
    }
    if (!this.#isInValue) this.#names.push(byte);
  }

  #rowLevel(): number {
    return this.#isArray ? 2 : 1;
  }

  #byte(byte: number): void {
    const isInRow = this.#level === this.#rowLevel();
    if (this.#number.push(byte) && isInRow) this.#hasOddNumber = true;
    if (byte >= 48 && byte <= 57) {
      if (++this.#digits > MAX_DIGITS && !isInRow) this.#hasLongNumber = true;
    } else this.#digits = 0;
    if (byte <= 32) return;
    if (this.#isAfterColon && byte !== SMALL_N) this.#filled++;
    this.#isInValue = this.#last === COLON;
    this.#last = byte;
    this.#isAfterColon = isInRow && byte === COLON;
    if (byte === COMMA) {
      if (this.#level === 1 && this.#isArray) this.#atElement = true;
      return;
    }
    const isEnd = byte === 93 || byte === 125;
    if (!isEnd) this.#startOfValue(byte);
    if (byte === QUOTE) this.#startOfString();
    else if (byte === COLON) this.#names.end(this.#level);
    else if (byte === 91 || byte === 123) this.#open(byte);
    else if (isEnd && --this.#level === 0) this.#atElement = true;
  }

  #startOfString(): void {
    this.#inString = true;
    if (!this.#isInValue) this.#names.begin();
  }

  #open(byte: number): void {
    this.depth = Math.max(this.depth, ++this.#level);
    if (byte === 91) this.#names.openList(this.#level);
  }

  /** Counts values at the top and elements of a top array, each at its first byte. */
  #startOfValue(byte: number): void {
    if (!this.#atElement) return;
    const isObject = byte === 123;
    if (this.#level === 0) {
      this.#values++;
      if (this.#values === 1) this.#isArray = byte === 91;
      if (isObject) this.#objects++;
      this.#atElement = byte === 91;
    } else if (this.#level === 1 && this.#isArray) {
      this.#elements++;
      if (isObject) this.#objects++;
      this.#atElement = false;
    }
  }
}
