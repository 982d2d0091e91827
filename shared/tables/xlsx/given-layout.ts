import { SettingError } from "../settings.ts";
import { findLayout, type SheetLayout, textsOf, titlesAbove } from "./find-layout.ts";
import type { RowBatch } from "./row-batch.ts";

/** The layout of a sheet of which somebody said where its header is: in this row of the sheet, or nowhere. */
export function givenLayout(first: RowBatch, headerRow: number | null): SheetLayout {
  if (headerRow === null) return withoutHeader(first);
  const row = first.rowNumbers.indexOf(headerRow);
  if (row < 0) {
    throw new SettingError(
      "header_row",
      `Cannot take row ${headerRow} for the header: none of the first ${first.rows} rows with cells`,
    );
  }
  return { firstBodyRow: row + 1, headers: textsOf(first, row), headerRow, titles: titlesAbove(first, row) };
}

/** What would be taken for the header is the first row of data; titles above it stay what they are. */
function withoutHeader(first: RowBatch): SheetLayout {
  const { firstBodyRow, headerRow } = findLayout(first);
  const top = headerRow === undefined ? firstBodyRow : firstBodyRow - 1;
  return { firstBodyRow: top, headers: new Map(), headerRow: undefined, titles: titlesAbove(first, top) };
}
