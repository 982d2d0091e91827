import { ConversionError } from "../conversion-error.ts";
import type { LoadTarget } from "../load-target.ts";
import type { ColumnReport } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";

export interface ParquetLoad {
  columns: ColumnReport[];
  rows: number;
  warnings: string[];
}

/** Fills one table from a Parquet file as it stands: names and types are in it, and so is the number of rows. */
export async function loadParquet({ connection, localPath, table, beginning }: LoadTarget): Promise<ParquetLoad> {
  const name = quoteName(table);
  const limit = beginning === undefined ? "" : `LIMIT ${beginning.maxRows}`;
  try {
    await connection.run(
      `CREATE OR REPLACE TABLE ${name} AS SELECT * FROM read_parquet(${quoteText(localPath)}) ${limit}`,
    );
    const counted = await connection.runAndReadAll(
      `SELECT (SELECT count(*) FROM ${name}), (SELECT sum(num_rows) FROM parquet_file_metadata(${quoteText(localPath)}))`,
    );
    const [rows, expected] = (counted.getRowsJson()[0] ?? []).map(Number);
    if (beginning !== undefined && rows === beginning.maxRows) beginning.isWhole = rows === expected;
    else if (rows === undefined || rows !== expected) {
      throw new ConversionError("rows_lost", `It says that it has ${expected} rows, and ${rows} arrived in the table`);
    }
    const described = await connection.runAndReadAll(`DESCRIBE ${name}`);
    const columns = described.getRowsJson().map(([column, type]) => ({
      name: String(column),
      original_name: String(column),
      type: String(type),
    }));
    if (columns.some((column) => column.name.includes("\0")))
      throw new ConversionError("unreadable_parquet", "A name in it holds a NUL character");
    return { columns, rows: rows ?? 0, warnings: [] };
  } catch (error) {
    if (error instanceof ConversionError) throw error;
    throw new ConversionError("unreadable_parquet", "It is not a Parquet file that can be read", { cause: error });
  }
}
