import { type DuckDBAppender, type DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import { quoteName } from "../sql-text.ts";
import type { SheetColumnType } from "./column-profile.ts";
import { type ColumnStorage, columnStorages, fillColumn } from "./column-vectors.ts";
import type { RowBatch } from "./row-batch.ts";
import { TextVectors } from "./text-vectors.ts";

/** One column of the table to be. */
export interface PlannedColumn {
  name: string;
  /** Column of the sheet, from 0. */
  source: number;
  type: SheetColumnType;
  /** Holds whole numbers that a double cannot, see `cellKind.longInteger`. */
  hasLongIntegers: boolean;
}

/**
 * Fills one table through DuckDB's appender, a typed chunk per batch of rows.
 *
 * An appender that is not closed leaves no rows and no error, so `close()` is called whatever happens.
 */
export class TableWriter {
  rows = 0;
  readonly columns: PlannedColumn[];
  readonly #appender: DuckDBAppender;
  readonly #storages: ColumnStorage[];
  /** One for all batches: DuckDB's memory for it is let go of only when it is collected. */
  readonly #chunk: DuckDBDataChunk;
  readonly #texts: TextVectors;

  private constructor(appender: DuckDBAppender, columns: PlannedColumn[]) {
    this.#appender = appender;
    this.columns = columns;
    this.#storages = columns.map(storageOf);
    this.#chunk = DuckDBDataChunk.create(this.#storages.map(({ vector }) => vector));
    this.#texts = new TextVectors(columns.filter(({ type }) => type === "VARCHAR").length);
  }

  /** Makes the table, in place of one of that name. */
  static async create(connection: DuckDBConnection, table: string, columns: PlannedColumn[]): Promise<TableWriter> {
    const definitions = columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(", ");
    await connection.run(`CREATE OR REPLACE TABLE ${quoteName(table)} (${definitions})`);
    return new TableWriter(await connection.createAppender(table), columns);
  }

  append(batch: RowBatch): void {
    if (batch.rows === 0) return;
    const chunk = this.#chunk;
    const texts = this.#texts;
    const { rows } = batch;
    chunk.reset();
    chunk.rowCount = rows;
    texts.start();
    this.columns.forEach(({ source }, index) => {
      fillColumn(this.#storages[index] as ColumnStorage, { chunk, index, rows, texts }, batch.columns[source]);
    });
    this.#appender.appendDataChunk(chunk);
    this.rows += rows;
  }

  close(): void {
    this.#appender.closeSync();
  }
}

function storageOf({ type, hasLongIntegers }: PlannedColumn): ColumnStorage {
  return columnStorages[hasLongIntegers && type === "BIGINT" ? "HUGEINT" : type];
}
