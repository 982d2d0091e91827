const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const NINE = 57;
/** A double gives back any text with so many digits. */
const SAFE_DIGITS = 15;
/** Whole numbers of so many digits fit into 64 bits. */
const SAFE_WHOLE_DIGITS = 18;

/** Looks at a number byte by byte, and says whether DuckDB's JSON reader would keep its text: not that of `1.10` or `1e3`. */
export class NumberWatch {
  #isOpen = false;
  #hasPoint = false;
  #hasExponent = false;
  #digits = 0;
  #first = 0;
  #last = 0;

  /** Takes the next byte outside of strings; answers true where a number ended before it that has to be kept as text. */
  push(byte: number): boolean {
    const isDigit = byte >= ZERO && byte <= NINE;
    if (!this.#isOpen) {
      if (isDigit || byte === MINUS) this.#begin(byte, isDigit);
      return false;
    }
    if (isDigit) this.#digits++;
    else if (byte === POINT) this.#hasPoint = true;
    else if (byte === 69 || byte === 101) this.#hasExponent = true;
    else if (byte !== MINUS && byte !== 43) return this.end();
    this.#last = byte;
    return false;
  }

  end(): boolean {
    const isOpen = this.#isOpen;
    this.#isOpen = false;
    return isOpen && this.#isOdd();
  }

  #begin(byte: number, isDigit: boolean): void {
    this.#isOpen = true;
    this.#hasPoint = false;
    this.#hasExponent = false;
    this.#digits = isDigit ? 1 : 0;
    this.#first = byte;
    this.#last = byte;
  }

  #isOdd(): boolean {
    if (this.#hasExponent) return true;
    if (this.#hasPoint) return this.#last === ZERO || this.#digits > SAFE_DIGITS;
    const isMinusZero = this.#first === MINUS && this.#digits === 1 && this.#last === ZERO;
    return this.#digits > SAFE_WHOLE_DIGITS || isMinusZero;
  }
}
