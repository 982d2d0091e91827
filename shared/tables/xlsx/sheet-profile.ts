import { type ColumnName, toColumnNames } from "../column-names.ts";
import type { ColumnReport } from "../report.ts";
import { cellKind } from "./cell-kind.ts";
import { ColumnProfile, type SheetColumnType } from "./column-profile.ts";
import type { SheetLayout } from "./find-layout.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PlannedColumn } from "./table-writer.ts";

/** What all rows of a sheet say about its columns. */
export class SheetProfile {
  rows = 0;
  /** By column of the sheet, from 0. */
  readonly #columns: (ColumnProfile | undefined)[] = [];
  readonly #layout: SheetLayout;
  readonly #isText: (header: string) => boolean;
  #lastNames: { sources: number[]; names: readonly ColumnName[] } = { sources: [], names: [] };

  /** Columns whose header `isText` hold every cell as text, whatever its kind. */
  constructor(layout: SheetLayout, isText: (header: string) => boolean = () => false) {
    this.#layout = layout;
    this.#isText = isText;
  }

  /** Cells that hold an error. */
  get errors(): number {
    return this.#columns.reduce((sum, column) => sum + (column?.count(cellKind.error) ?? 0), 0);
  }

  /** Empty texts in columns of text, which hold them as such. */
  get emptyTexts(): number {
    const texts = this.plan().filter(({ type }) => type === "VARCHAR");
    return texts.reduce((sum, { source }) => sum + (this.#columns[source]?.count(cellKind.emptyText) ?? 0), 0);
  }

  add(batch: RowBatch): void {
    this.rows += batch.rows;
    batch.columns.forEach((cells, column) => {
      if (cells === undefined) return;
      const profile = this.#columns[column] ?? new ColumnProfile();
      this.#columns[column] = profile;
      profile.add(cells, batch.rows);
    });
  }

  /** The columns of the table: those with a header or any cell. Blank ones, leading or between, are none. */
  plan(): PlannedColumn[] {
    const sources = this.#usedColumns();
    const names = this.#names(sources);
    return sources.map((source, index) => ({
      source,
      name: names[index]?.name ?? "",
      type: this.#typeOf(source, names[index]?.name ?? ""),
      hasLongIntegers: (this.#columns[source]?.count(cellKind.longInteger) ?? 0) > 0,
    }));
  }

  /** The same columns for the report. */
  report(): ColumnReport[] {
    const sources = this.#usedColumns();
    return this.#names(sources).map((name, index) => {
      const profile = this.#columns[sources[index] ?? -1];
      const evidence = profile?.describe() || "no cells";
      return { ...name, type: this.#typeOf(sources[index] ?? -1, name.name), evidence };
    });
  }

  /** What a reader of the table should know about its columns. */
  warnings(): string[] {
    const sources = this.#usedColumns();
    const names = this.#names(sources);
    return sources.flatMap((source, index) => {
      const profile = this.#columns[source];
      return profile === undefined ? [] : columnWarnings(names[index]?.name ?? "", profile);
    });
  }

  #typeOf(source: number, name: string): SheetColumnType {
    const header = this.#layout.headers.get(source);
    if (this.#isText(name) || (header !== undefined && this.#isText(header))) return "VARCHAR";
    return this.#columns[source]?.decideType() ?? "VARCHAR";
  }

  #usedColumns(): number[] {
    const used = new Set([...this.#layout.headers].filter(([, text]) => text.trim() !== "").map(([column]) => column));
    this.#columns.forEach((profile, column) => {
      if (profile?.isUsed) used.add(column);
    });
    return [...used].sort((a, b) => a - b);
  }

  /** Made once for the same columns: the plan is asked for with every batch. */
  #names(sources: number[]): readonly ColumnName[] {
    const last = this.#lastNames;
    const isSame = last.sources.length === sources.length && sources.every((each, i) => each === last.sources[i]);
    if (isSame) return last.names;
    const names = toColumnNames(sources.map((source) => this.#layout.headers.get(source)));
    this.#lastNames = { sources, names };
    return names;
  }
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

function columnWarnings(name: string, profile: ColumnProfile): string[] {
  const warnings: string[] = [];
  const emptyTexts = profile.count(cellKind.emptyText);
  if (emptyTexts > 0 && profile.decideType() !== "VARCHAR")
    warnings.push(
      `Column "${name}" holds ${plural(emptyTexts, "empty text")} (="") among its values, which count as NULL`,
    );
  if (profile.isMixed) warnings.push(`Column "${name}" holds ${profile.describe()}; each is kept as text`);
  if (profile.errors.size > 0) {
    const errors = [...profile.errors].map(([code, count]) => `${count} × ${code}`).join(", ");
    warnings.push(`Column "${name}" holds errors, which are NULL: ${errors}`);
  }
  return warnings;
}
