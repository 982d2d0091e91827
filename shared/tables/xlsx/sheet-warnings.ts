import type { SheetLayout } from "./find-layout.ts";
import type { FoundTable, FoundTables } from "./find-tables.ts";
import type { SheetFacts } from "./sheet-facts.ts";
import { formatRange, type SheetRange } from "./sheet-range.ts";
import type { PlannedColumn } from "./table-writer.ts";

/** Says which of several tables was read, and what the others are. */
export function describeOthers(main: SheetRange, { others, otherCount }: FoundTables): string {
  const named = others.slice(0, 10).map(describeTable);
  const more = otherCount > named.length ? ` and ${otherCount - named.length} more` : "";
  return `The sheet holds several tables. The largest, ${formatRange(main)}, was read; left out: ${named.join("; ")}${more}`;
}

function describeTable({ range, rows, cells, labels, texts }: FoundTable): string {
  if (texts.length > 0) return `${formatRange(range)} (${quoteAll(texts)})`;
  const header = labels.length > 0 ? `, headed ${quoteAll(labels.slice(0, 5))}` : "";
  return `${formatRange(range)} (${rows} rows, ${cells} cells${header})`;
}

/** Says what of a sheet is not in the table, and what is although the sheet does not show it. */
export function describeLayout(
  layout: SheetLayout,
  repeats: number[],
  facts: SheetFacts,
  plan: PlannedColumn[],
): string[] {
  const { titles, headerRow } = layout;
  const warnings: string[] = [];
  if (titles.length > 0) warnings.push(`Rows above the table were left out: ${quoteAll(titles)}`);
  if (facts.notes.length > 0) warnings.push(`Notes below the table were left out: ${quoteAll(facts.notes)}`);
  if (repeats.length > 0) warnings.push(`The header comes again in ${describeRows(repeats)}, which were left out`);
  if (headerRow === undefined) warnings.push("The sheet has no header row: its columns are numbered");
  return [...warnings, ...describeMarks(facts, plan, headerRow ?? 0)];
}

function describeMarks(
  { hiddenRows, marks, replacedCells }: SheetFacts,
  plan: PlannedColumn[],
  headerRow: number,
): string[] {
  const warnings: string[] = [];
  if (replacedCells > 0)
    warnings.push(`${replacedCells} cells are given again later in the sheet; the table holds what came last`);
  if (hiddenRows > 0) warnings.push(`${hiddenRows} rows are hidden in the sheet; the table holds them too`);
  const isHidden = ({ source }: PlannedColumn) =>
    marks.hiddenColumns.some(({ first, last }) => source >= first && source <= last);
  const hidden = plan.filter(isHidden).map(({ name }) => name);
  if (hidden.length > 0)
    warnings.push(`Columns are hidden in the sheet; the table holds them too: ${quoteAll(hidden)}`);
  const merged = marks.merged.filter(({ firstRow }) => firstRow > headerRow).map(formatRange);
  if (merged.length > 0) {
    warnings.push(`Cells are merged over several rows; each has its value in the first of them: ${shorten(merged)}`);
  }
  return warnings;
}

function quoteAll(texts: string[]): string {
  return shorten(texts.map((text) => `"${text}"`));
}

function shorten(texts: string[]): string {
  return texts.slice(0, 10).join(", ") + (texts.length > 10 ? ` and ${texts.length - 10} more` : "");
}

function describeRows(rows: number[]): string {
  return `${rows.length === 1 ? "row" : "rows"} ${shorten(rows.map(String))}`;
}
