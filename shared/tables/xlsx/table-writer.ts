import {
  BOOLEAN,
  DATE,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBDateValue,
  DuckDBIntervalValue,
  DuckDBTimestampValue,
  DuckDBTimeValue,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTERVAL,
  TIME,
  TIMESTAMP,
  VARCHAR,
} from "@duckdb/node-api";
import { quoteName } from "../sql-text.ts";
import { cellKind } from "./cell-kind.ts";
import { toCellText } from "./cell-text.ts";
import type { SheetColumnType } from "./column-profile.ts";
import type { ColumnCells, RowBatch } from "./row-batch.ts";

/** One column of the table to be. */
export interface PlannedColumn {
  name: string;
  /** Column of the sheet, from 0. */
  source: number;
  type: SheetColumnType;
  /** Holds whole numbers that a double cannot, see `cellKind.longInteger`. */
  hasLongIntegers: boolean;
}

interface Storage {
  /** The type of the chunk's vector, which the appender casts to the column's. */
  vector: DuckDBType;
  toValue: (cells: ColumnCells, row: number) => DuckDBValue;
}

const dayMs = 86_400_000;

/** How the cells of a column get into a chunk. Only cells of a kind that fits the type reach `toValue`. */
const storages: Record<SheetColumnType, Storage> = {
  // As double: exact up to 2^53, and without making a BigInt of every number.
  BIGINT: { vector: DOUBLE, toValue: numberAt },
  DOUBLE: { vector: DOUBLE, toValue: numberAt },
  HUGEINT: { vector: HUGEINT, toValue: (cells, row) => BigInt(cells.texts[row] ?? numberAt(cells, row)) },
  BOOLEAN: { vector: BOOLEAN, toValue: (cells, row) => cells.numbers[row] === 1 },
  DATE: { vector: DATE, toValue: (cells, row) => new DuckDBDateValue(numberAt(cells, row) / dayMs) },
  TIMESTAMP: { vector: TIMESTAMP, toValue: (cells, row) => new DuckDBTimestampValue(microsAt(cells, row)) },
  TIME: { vector: TIME, toValue: (cells, row) => new DuckDBTimeValue(microsAt(cells, row)) },
  INTERVAL: { vector: INTERVAL, toValue: (cells, row) => new DuckDBIntervalValue(0, 0, microsAt(cells, row)) },
  VARCHAR: { vector: VARCHAR, toValue: (cells, row) => toCellText(cells, row) ?? null },
};

/**
 * Fills one table through DuckDB's appender, a typed chunk per batch of rows.
 *
 * An appender that is not closed leaves no rows and no error, so `close()` is called whatever happens.
 */
export class TableWriter {
  rows = 0;
  readonly columns: PlannedColumn[];
  readonly #appender: DuckDBAppender;

  private constructor(appender: DuckDBAppender, columns: PlannedColumn[]) {
    this.#appender = appender;
    this.columns = columns;
  }

  /** Makes the table, in place of one of that name. */
  static async create(connection: DuckDBConnection, table: string, columns: PlannedColumn[]): Promise<TableWriter> {
    const definitions = columns.map(({ name, type }) => `${quoteName(name)} ${type}`).join(", ");
    await connection.run(`CREATE OR REPLACE TABLE ${quoteName(table)} (${definitions})`);
    return new TableWriter(await connection.createAppender(table), columns);
  }

  append(batch: RowBatch): void {
    if (batch.rows === 0) return;
    const storage = this.columns.map(storageOf);
    const chunk = DuckDBDataChunk.create(
      storage.map(({ vector }) => vector),
      batch.rows,
    );
    this.columns.forEach(({ source }, index) => {
      const vector = chunk.getColumnVector(index) as { setItem(row: number, value: DuckDBValue): void; flush(): void };
      const cells = batch.columns[source];
      const { toValue } = storage[index] as Storage;
      for (let row = 0; row < batch.rows; row++) {
        const kind = cells?.kinds[row] ?? cellKind.blank;
        const hasValue = cells !== undefined && kind !== cellKind.blank && kind !== cellKind.error;
        vector.setItem(row, hasValue ? toValue(cells, row) : null);
      }
      vector.flush();
    });
    this.#appender.appendDataChunk(chunk);
    this.rows += batch.rows;
  }

  close(): void {
    this.#appender.closeSync();
  }
}

function storageOf({ type, hasLongIntegers }: PlannedColumn): Storage {
  return storages[hasLongIntegers && type === "BIGINT" ? "HUGEINT" : type];
}

function numberAt(cells: ColumnCells, row: number): number {
  return cells.numbers[row] as number;
}

function microsAt(cells: ColumnCells, row: number): bigint {
  return BigInt(numberAt(cells, row)) * 1_000n;
}
