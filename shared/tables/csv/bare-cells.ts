/** Longer texts are no mark of a missing value, which is what stands without quotes among quoted cells. */
const MAX_TEXT_BYTES = 20;

/**
 * The cells without quotes of columns whose cells have them: `NA` in what R writes, empty cells in what databases
 * write. Where all of a column's are one text, it is known of each cell whether it stood in quotes.
 */
export class BareCells {
  /** By column. */
  readonly counts: Float64Array;
  /** By column the text of all of them; null where they differ. */
  readonly #texts: (Buffer | null | undefined)[];

  constructor(width: number) {
    this.counts = new Float64Array(width);
    this.#texts = new Array<Buffer | null | undefined>(width).fill(undefined);
  }

  add(column: number, bytes: Uint8Array, from: number, to: number): void {
    (this.counts[column] as number)++;
    const text = this.#texts[column];
    if (text === null) return;
    const cell = bytes.subarray(from, Math.min(to, from + MAX_TEXT_BYTES + 1));
    if (text === undefined) this.#texts[column] = cell.length > MAX_TEXT_BYTES ? null : Buffer.from(cell);
    else if (!text.equals(cell)) this.#texts[column] = null;
  }

  /** The text of all of them; undefined where there are none, or where they differ. */
  textOf(column: number): string | undefined {
    return this.#texts[column]?.toString();
  }
}
