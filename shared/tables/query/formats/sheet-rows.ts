import { beyondExcel, excelLimits } from "./excel-limits.ts";
import { type CellWriter, cellWriter, headerCell } from "./sheet-cells.ts";
import type { RowWriter, TypedColumn } from "./row-writers.ts";

const opening =
  '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' +
  '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews>' +
  '<sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView>' +
  "</sheetViews><sheetData>";

/** The XML of one sheet with a header row. Throws `result_too_large` where Excel ends before the result does. */
export function sheetRows(columns: readonly TypedColumn[], safe: boolean): RowWriter {
  const { rows, columns: most } = excelLimits;
  if (columns.length > most) throw beyondExcel(`${columns.length} columns, and a sheet takes ${most}`);
  const letters = columns.map((_, index) => columnLetters(index));
  const writers = columns.map(({ duckDbType }): CellWriter => cellWriter(duckDbType, safe));
  const header = columns.map(({ name }, index) => headerCell(`${letters[index]}1`, name, safe));
  let number = 1;
  return {
    head: `${opening}<row r="1">${header.join("")}</row>`,
    row: (values) => {
      if (++number > rows) throw beyondExcel(`more than the ${rows - 1} rows that a sheet takes beside its header`);
      const cells = writers.map((write, index) => {
        const value = values[index] ?? null;
        return value === null ? "" : write(`${letters[index]}${number}`, value);
      });
      return `<row r="${number}">${cells.join("")}</row>`;
    },
    tail: "</sheetData></worksheet>",
  };
}

/** 0 → A, 25 → Z, 26 → AA. */
function columnLetters(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : columnLetters(Math.floor(index / 26) - 1) + last;
}
