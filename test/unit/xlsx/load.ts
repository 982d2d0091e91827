import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { SheetReport } from "../../../shared/tables/report.ts";
import { loadWorkbook } from "../../../shared/tables/xlsx/load-workbook.ts";
import { writeXlsx, type XlsxWriterOptions } from "../../support/xlsx-writer.ts";

/** What came of one sheet: its report, and the rows of its table as DuckDB prints them. */
export interface Loaded extends SheetReport {
  cells: (string | null)[][];
}

/** Loads a workbook into an empty database; tables are named after their sheets. */
export async function load(workbook: Buffer): Promise<Loaded[]> {
  const folder = await mkdtemp(join(tmpdir(), "cubby-xlsx-"));
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  try {
    const localPath = join(folder, "book.xlsx");
    await writeFile(localPath, workbook);
    const options = { localPath, nameTable: (sheet: string) => sheet.toLowerCase(), temporaryDirectory: folder };
    const reports = await loadWorkbook(connection, options);
    return await Promise.all(reports.map(async (report) => ({ ...report, cells: await readCells(report) })));
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true });
  }

  async function readCells({ table }: SheetReport): Promise<(string | null)[][]> {
    if (table === undefined) return [];
    const reader = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM "${table}"`);
    return reader.getRows().map((row) => row.map((value) => (value === null ? null : String(value))));
  }
}

/** Loads a workbook of one hand-written sheet. */
export async function loadSheetData(data: string, options: XlsxWriterOptions = {}): Promise<Loaded> {
  const [sheet] = await load(writeXlsx([{ data }], options));
  if (sheet === undefined) throw new Error("The workbook has no sheet");
  return sheet;
}

/** Cells as programs write them: text inline, numbers and booleans typed, `null` left out, references everywhere. */
export function rowsOf(rows: (string | number | boolean | null)[][], firstRow = 1): string {
  return rows
    .map(
      (cells, i) => `<row r="${firstRow + i}">${cells.map((cell, j) => cellOf(cell, j, firstRow + i)).join("")}</row>`,
    )
    .join("");
}

function cellOf(cell: string | number | boolean | null, column: number, row: number): string {
  const reference = `${String.fromCharCode(65 + column)}${row}`;
  if (cell === null) return "";
  if (typeof cell === "string") return `<c r="${reference}" t="inlineStr"><is><t>${cell}</t></is></c>`;
  if (typeof cell === "boolean") return `<c r="${reference}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  return `<c r="${reference}"><v>${cell}</v></c>`;
}
