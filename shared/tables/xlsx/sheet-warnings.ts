import type { SheetLayout } from "./find-layout.ts";
import type { FoundTable } from "./find-tables.ts";
import type { SheetFacts } from "./sheet-facts.ts";
import { formatRange, type SheetRange } from "./sheet-range.ts";

/** Says which of several tables was read, and what the others are. */
export function describeOthers(main: SheetRange, others: FoundTable[]): string {
  const named = others.slice(0, 10).map(({ range, rows, cells, labels }) => {
    const header = labels.length > 0 ? `, headed ${quoteAll(labels.slice(0, 5))}` : "";
    return `${formatRange(range)} (${rows} rows, ${cells} cells${header})`;
  });
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : "";
  return `The sheet holds several tables. The largest, ${formatRange(main)}, was read; left out: ${named.join("; ")}${more}`;
}

/** Says what of a sheet is not in the table, and what is although the sheet does not show it. */
export function describeLayout(
  { titles, headerRow }: SheetLayout,
  repeats: number[],
  { notes, hiddenRows, hasHiddenColumns }: SheetFacts,
): string[] {
  const warnings: string[] = [];
  if (titles.length > 0) warnings.push(`Rows above the table were left out: ${quoteAll(titles)}`);
  if (notes.length > 0) warnings.push(`Notes below the table were left out: ${quoteAll(notes)}`);
  if (repeats.length > 0) warnings.push(`The header comes again in ${describeRows(repeats)}, which were left out`);
  if (headerRow === undefined) warnings.push("The sheet has no header row: its columns are numbered");
  if (hiddenRows > 0) warnings.push(`${hiddenRows} rows are hidden in the sheet; the table holds them too`);
  if (hasHiddenColumns) warnings.push("Some columns are hidden in the sheet; the table holds them too");
  return warnings;
}

function quoteAll(texts: string[]): string {
  const shown = texts.slice(0, 10).map((text) => `"${text}"`);
  return shown.join(", ") + (texts.length > 10 ? ` and ${texts.length - 10} more` : "");
}

function describeRows(rows: number[]): string {
  const shown = rows.slice(0, 10).join(", ");
  return `${rows.length === 1 ? "row" : "rows"} ${shown}${rows.length > 10 ? ` and ${rows.length - 10} more` : ""}`;
}
