import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { TablePreview } from "../../contract/conversion.ts";
import { createCatalogue } from "../catalogue.ts";
import { convertFile, type SourceFile } from "../convert-file.ts";
import { openDatabase } from "../database.ts";
import { TableNames } from "../names.ts";
import { jsonWriter } from "../query/formats/value-writers.ts";
import type { ColumnReport, FileReport } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import type { Beginning } from "./beginning.ts";

const MAX_ROWS = 100;
/** Longer texts end in an ellipsis. */
const MAX_TEXT_LENGTH = 1000;
/** Of all tables together; Lambda answers up to 6 MB. */
const MAX_ANSWER_LENGTH = 2_000_000;
const MEMORY_LIMIT_MB = 1024;

export interface PreviewOptions {
  /** A copy that may be changed; `beginning` says whether it is all of the file. */
  file: SourceFile;
  beginning: Beginning;
  now: Date;
  temporaryDirectory: string;
}

export interface FilePreview {
  report: FileReport;
  /** False where the file has more than was looked at. */
  complete: boolean;
  tables: TablePreview[];
}

/** Makes the tables of one file, or of its beginning, in a database of their own, and shows their first rows. */
export async function previewTables({
  file,
  beginning,
  now,
  temporaryDirectory,
}: PreviewOptions): Promise<FilePreview> {
  const database = await openDatabase({
    path: join(temporaryDirectory, "preview.db"),
    readableDirectories: [dirname(file.localPath)],
    temporaryDirectory,
    memoryLimitMb: MEMORY_LIMIT_MB,
    threads: 2,
    expectedBytes: file.sizeBytes,
  });
  const { connection } = database;
  try {
    await createCatalogue(connection);
    const context = { connection, names: new TableNames(), now, temporaryDirectory, beginning };
    const report = await convertFile(context, file);
    return { report, complete: beginning.isWhole, tables: await showTables(connection, report) };
  } finally {
    database.abandon();
  }
}

async function showTables(connection: DuckDBConnection, report: FileReport): Promise<TablePreview[]> {
  const shown: TablePreview[] = [];
  let room = MAX_ANSWER_LENGTH;
  for (const table of tablesOf(report)) {
    const rows = await showRows(connection, table.name, room);
    room -= JSON.stringify(rows).length;
    shown.push({ ...table, rows });
  }
  return shown;
}

function tablesOf({ tables, sheets, columns = [] }: FileReport): Omit<TablePreview, "rows">[] {
  if (sheets === undefined) return tables.map((name) => ({ name, columns: toColumns(columns) }));
  return sheets.flatMap((sheet) =>
    sheet.table === undefined ? [] : [{ name: sheet.table, sheet: sheet.sheet, columns: toColumns(sheet.columns) }],
  );
}

function toColumns(columns: readonly ColumnReport[]): TablePreview["columns"] {
  return columns.map((column) => ({ ...column }));
}

/** The first rows, fewer where they would not fit into the answer. */
async function showRows(connection: DuckDBConnection, table: string, room: number): Promise<TablePreview["rows"]> {
  const result = await connection.run(`SELECT * FROM ${quoteName(table)} LIMIT ${MAX_ROWS}`);
  const writers = result.columnTypes().map(jsonWriter);
  const rows: TablePreview["rows"] = [];
  let length = 0;
  for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (let index = 0; index < chunk.rowCount; index++) {
      const values = chunk.getRowValues(index);
      const row = writers.map((write, column) => shorten(JSON.parse(write(values[column] ?? null))));
      length += JSON.stringify(row).length;
      if (length > room) return rows;
      rows.push(row);
    }
  }
  return rows;
}

function shorten(value: TablePreview["rows"][number][number]) {
  return typeof value === "string" && value.length > MAX_TEXT_LENGTH
    ? `${value.slice(0, MAX_TEXT_LENGTH - 1)}…`
    : value;
}
