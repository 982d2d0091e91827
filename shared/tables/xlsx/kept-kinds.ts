import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnText } from "../original-text.ts";
import type { ColumnReport } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { cellKind } from "./cell-kind.ts";
import type { RowBatch } from "./row-batch.ts";
import type { PlannedColumn } from "./table-writer.ts";

/** What the catalogue calls the kinds of cells. */
const KIND_NAMES: Readonly<Record<number, string>> = {
  [cellKind.text]: "text",
  [cellKind.emptyText]: "text",
  [cellKind.number]: "number",
  [cellKind.boolean]: "boolean",
  [cellKind.instant]: "date",
  [cellKind.clock]: "time",
  [cellKind.duration]: "duration",
  [cellKind.longInteger]: "number",
};

/** The kinds of a column's cells batch by batch; undefined for a batch of nothing but texts. */
type ColumnKinds = (Uint8Array | undefined)[];

/**
 * Remembers of what kind each cell of a text column was: the number 5 and the text "5" look alike in it. A byte a
 * cell, and only for batches that hold something else than text.
 */
export class KeptKinds {
  #columns = new Map<string, ColumnKinds>();
  #rows: number[] = [];

  /** Forgets what was read; the rows come again. */
  start(): void {
    this.#columns = new Map();
    this.#rows = [];
  }

  /** The rows that were just written into the table. */
  add(columns: readonly PlannedColumn[], batch: RowBatch): void {
    if (batch.rows === 0) return;
    for (const { name, source, type } of columns) {
      if (type !== "VARCHAR") continue;
      const kinds = batch.columns[source]?.kinds.subarray(0, batch.rows);
      const kept = this.#columns.get(name) ?? [];
      this.#columns.set(name, kept);
      if (kinds !== undefined && hasOthers(kinds)) kept[this.#rows.length] = kinds.slice();
    }
    this.#rows.push(batch.rows);
  }

  /** Writes down which cells of the table are not of their column's commonest kind; answers what it is, by column. */
  async store(
    connection: DuckDBConnection,
    table: string,
    columns: readonly ColumnReport[],
  ): Promise<(ColumnText | undefined)[]> {
    const texts: (ColumnText | undefined)[] = [];
    for (const { name, type } of columns) {
      const kinds = type === "VARCHAR" ? this.#columns.get(name) : undefined;
      texts.push(
        kinds === undefined || kinds.length === 0 ? undefined : await this.#write(connection, table, name, kinds),
      );
    }
    return texts;
  }

  async #write(connection: DuckDBConnection, table: string, column: string, kinds: ColumnKinds): Promise<ColumnText> {
    const commonest = this.#commonest(kinds);
    const appender = await connection.createAppender("cells", "cubby");
    let exceptions = 0;
    for (const [row, kind] of this.#cells(kinds)) {
      if (kind === commonest) continue;
      appender.appendVarchar(table);
      appender.appendVarchar(column);
      appender.appendBigInt(BigInt(row));
      appender.appendNull();
      appender.appendVarchar(kind);
      appender.endRow();
      exceptions++;
    }
    appender.closeSync();
    return {
      rule: `cells of kind ${commonest}`,
      null_text: "",
      text_sql: `coalesce(${quoteName(column)}, '')`,
      exceptions,
    };
  }

  #commonest(kinds: ColumnKinds): string {
    const counts = new Map<string, number>();
    for (const [, kind] of this.#cells(kinds)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    return [...counts].reduce((best, each) => (each[1] > best[1] ? each : best), ["text", 0])[0];
  }

  /** The rows of the table whose cell is known to be of a kind, from 0. A batch without kinds holds texts, or nothing. */
  *#cells(kinds: ColumnKinds): Generator<[row: number, kind: string]> {
    let first = 0;
    for (const [index, rows] of this.#rows.entries()) {
      const batch = kinds[index];
      for (let row = 0; row < rows; row++) {
        const kind = batch === undefined ? "text" : KIND_NAMES[batch[row] ?? cellKind.blank];
        if (kind !== undefined) yield [first + row, kind];
      }
      first += rows;
    }
  }
}

/** A loop of its own: it passes every cell of every column of text. */
function hasOthers(kinds: Uint8Array): boolean {
  for (let row = 0; row < kinds.length; row++) {
    const kind = kinds[row];
    if (kind !== cellKind.text && kind !== cellKind.blank && kind !== cellKind.error && kind !== cellKind.emptyText)
      return true;
  }
  return false;
}
