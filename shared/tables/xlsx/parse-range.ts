import { type SheetRange, wholeSheet } from "./sheet-range.ts";

/** Reads `B3:F20`, `B3` (from there on), `B3:F` (to the last row), `A:F` or `3:20`; corners in any order. */
export function parseRange(text: string): SheetRange {
  const [start = "", end] = text.split(":");
  const from = parseCorner(start);
  const to = end === undefined ? {} : parseCorner(end);
  const columns = [from.column ?? wholeSheet.firstColumn, to.column ?? wholeSheet.lastColumn];
  const rows = [from.row ?? wholeSheet.firstRow, to.row ?? wholeSheet.lastRow];
  return {
    firstColumn: Math.min(...columns),
    lastColumn: Math.max(...columns),
    firstRow: Math.min(...rows),
    lastRow: Math.max(...rows),
  };
}

function parseCorner(text: string): { column?: number; row?: number } {
  const [, letters = "", digits = ""] = /^([a-z]*)(\d*)$/i.exec(text) ?? [];
  return { ...(letters !== "" && { column: columnOf(letters) }), ...(digits !== "" && { row: Number(digits) }) };
}

function columnOf(letters: string): number {
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  return column - 1;
}
