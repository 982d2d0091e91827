import ExcelJS from "exceljs";
import type { Cell } from "./cells.ts";

/** A cell as exceljs reads it, and where it stands: row from 1, column from 0. */
export interface PlacedCell extends Cell {
  sheet: string;
  row: number;
  column: number;
}

/** Every cell of a workbook that holds something for exceljs. */
export async function readWithExceljs(content: Buffer): Promise<PlacedCell[]> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(content as unknown as ArrayBuffer); // its types know no Buffer of today
  const found: PlacedCell[] = [];
  for (const sheet of workbook.worksheets) {
    sheet.eachRow((row, number) => {
      row.eachCell((cell, column) => {
        // Of merged cells exceljs repeats the first one's value in all others.
        const described = cell.master === cell ? describe(cell.value) : undefined;
        if (described !== undefined) found.push({ sheet: sheet.name, row: number, column: column - 1, ...described });
      });
    });
  }
  return found;
}

function describe(value: ExcelJS.CellValue): Cell | undefined {
  if (value === null || value === undefined || value === "") return undefined;
  if (typeof value === "string") return { kind: "text", value };
  if (typeof value === "number") return { kind: "number", value: String(value) };
  if (typeof value === "boolean") return { kind: "boolean", value };
  if (value instanceof Date) return { kind: "instant", value: value.getTime() };
  if ("error" in value) return { kind: "error", value: value.error };
  if ("richText" in value) return { kind: "text", value: value.richText.map(({ text }) => text).join("") };
  if ("hyperlink" in value) return describe(value.text);
  return describe(value.result as ExcelJS.CellValue);
}
