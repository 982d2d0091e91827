import { cellKind } from "./cell-kind.ts";
import type { ColumnCells } from "./row-batch.ts";

const dayMs = 86_400_000;
const maxInt64 = 2n ** 63n - 1n;

/** DuckDB's types that a sheet's column can get. */
export type SheetColumnType =
  | "BIGINT"
  | "HUGEINT"
  | "DOUBLE"
  | "BOOLEAN"
  | "DATE"
  | "TIMESTAMP"
  | "TIME"
  | "INTERVAL"
  | "VARCHAR";

/** What every cell of one column says about its type. */
export class ColumnProfile {
  /** By kind. */
  readonly #counts = new Uint32Array(16);
  #hasFraction = false;
  #hasTimeOfDay = false;
  #fitsInt64 = true;
  readonly errors = new Map<string, number>();

  /** Takes the first `rows` cells of a batch into account. */
  add(cells: ColumnCells, rows: number): void {
    const { kinds, numbers } = cells;
    const end = Math.min(rows, kinds.length);
    for (let row = 0; row < end; row++) {
      const kind = kinds[row] as number;
      this.#counts[kind] = (this.#counts[kind] as number) + 1;
      if (kind === cellKind.number) this.#hasFraction ||= !Number.isSafeInteger(numbers[row]);
      else if (kind === cellKind.instant) this.#hasTimeOfDay ||= (numbers[row] as number) % dayMs !== 0;
      else if (kind === cellKind.error) this.#countError(cells.texts.get(numbers[row] as number));
      else if (kind === cellKind.longInteger) this.#fitsInt64 &&= isInt64(cells.texts.get(numbers[row] as number));
    }
  }

  count(kind: number): number {
    return this.#counts[kind] ?? 0;
  }

  /** Cells with a value; errors are none. */
  get values(): number {
    const { text, number, boolean, instant, clock, duration, longInteger } = cellKind;
    return [text, number, boolean, instant, clock, duration, longInteger].reduce((sum, k) => sum + this.count(k), 0);
  }

  /** True when there is something to see at all, be it an error. */
  get isUsed(): boolean {
    return this.values > 0 || this.count(cellKind.error) > 0;
  }

  /** The narrowest type that holds every cell of the column exactly; text when they are of several kinds. */
  decideType(): SheetColumnType {
    const values = this.values;
    const isAll = (...kinds: number[]) =>
      values > 0 && kinds.reduce((sum, kind) => sum + this.count(kind), 0) === values;
    if (isAll(cellKind.number)) return this.#hasFraction ? "DOUBLE" : "BIGINT";
    // A long integer beside a fraction: a double would cost the one its digits, so both stay text.
    if (isAll(cellKind.number, cellKind.longInteger) && !this.#hasFraction)
      return this.#fitsInt64 ? "BIGINT" : "HUGEINT";
    if (isAll(cellKind.boolean)) return "BOOLEAN";
    if (isAll(cellKind.instant)) return this.#hasTimeOfDay ? "TIMESTAMP" : "DATE";
    if (isAll(cellKind.clock)) return "TIME";
    if (isAll(cellKind.clock, cellKind.duration)) return "INTERVAL";
    return "VARCHAR";
  }

  /** True for a column that is text only because its cells are of several kinds. */
  get isMixed(): boolean {
    return this.decideType() === "VARCHAR" && this.count(cellKind.text) < this.values;
  }

  /** How many cells there are of each kind, in words: `12 numbers, 3 texts`. */
  describe(): string {
    const words: [number, string][] = [
      [cellKind.number, "number"],
      [cellKind.longInteger, "long whole number"],
      [cellKind.text, "text"],
      [cellKind.boolean, "boolean"],
      [cellKind.instant, "date"],
      [cellKind.clock, "time"],
      [cellKind.duration, "duration"],
      [cellKind.error, "error"],
      [cellKind.emptyText, "empty text"],
    ];
    const present = words.filter(([kind]) => this.count(kind) > 0);
    return present.map(([kind, word]) => `${this.count(kind)} ${word}${this.count(kind) === 1 ? "" : "s"}`).join(", ");
  }

  #countError(code: string): void {
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
  }
}

function isInt64(text: string): boolean {
  const value = BigInt(text);
  return value >= -maxInt64 - 1n && value <= maxInt64;
}
