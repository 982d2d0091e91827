import { inlineText, tableRow } from "../markdown.ts";
import type { FileReport, SheetReport, TableProfile } from "../report.ts";
import { briefColumn, columnRow, count, nameText, number, valueText } from "./column-text.ts";
import type { Renderings } from "./share-budget.ts";

/** How much of a table is shown: an entry per length, the longest first. */
interface Level {
  columns: number;
  topValues: number;
  sampleRows: number;
  sampleColumns: number;
  notes: number;
  /** One line of names and types instead of a row per column. */
  isBrief: boolean;
}

const LEVELS: readonly Level[] = [
  { columns: 80, topValues: 4, sampleRows: 5, sampleColumns: 15, notes: 6, isBrief: false },
  { columns: 60, topValues: 3, sampleRows: 3, sampleColumns: 12, notes: 5, isBrief: false },
  { columns: 40, topValues: 2, sampleRows: 2, sampleColumns: 8, notes: 3, isBrief: false },
  { columns: 25, topValues: 1, sampleRows: 0, sampleColumns: 0, notes: 2, isBrief: false },
  { columns: 12, topValues: 0, sampleRows: 0, sampleColumns: 0, notes: 1, isBrief: false },
  { columns: 40, topValues: 0, sampleRows: 0, sampleColumns: 0, notes: 1, isBrief: true },
  { columns: 16, topValues: 0, sampleRows: 0, sampleColumns: 0, notes: 0, isBrief: true },
  { columns: 6, topValues: 0, sampleRows: 0, sampleColumns: 0, notes: 0, isBrief: true },
];

/** A table's section in all lengths. `like` is an earlier table of the same columns, which need not be told again. */
export function renderTable(table: TableProfile, report: FileReport | undefined, like?: string): Renderings {
  const sections = LEVELS.map((level) => section(table, report, level));
  if (like === undefined) return sections;
  const short = [...head(table, report), `Columns and types as in ${nameText(like)}.`].join("\n");
  return [...sections.slice(0, 2), short];
}

function section(table: TableProfile, report: FileReport | undefined, level: Level): string {
  const shown = table.columns.slice(0, level.columns);
  const hidden = table.columns.length - shown.length;
  const lines = head(table, report);
  if (level.isBrief) lines.push(shown.map(briefColumn).join(", "));
  else {
    lines.push(tableRow(["column", "type", "holds"]), "| --- | --- | --- |");
    lines.push(...shown.map((column) => columnRow(column, table.row_count, level)));
  }
  if (hidden > 0)
    lines.push(level.isBrief ? "" : "", `… and ${count(hidden, "more column")}: DESCRIBE ${nameText(table.name)}`);
  lines.push(...sampledLine(table, level), ...noteLines(table, level), ...sampleLines(table, level));
  return lines.join("\n");
}

function head(table: TableProfile, report: FileReport | undefined): string[] {
  const read = readingFacts(table, report);
  const facts = [`${count(table.row_count, "row")}, ${count(table.columns.length, "column")}`, ...read];
  return [`### ${nameText(table.name)}`, "", `From ${inlineText(sourceOf(table), 80)}: ${facts.join("; ")}.`, ""];
}

/** What was noticed at reading, as far as it is not what everybody expects. */
function readingFacts(table: TableProfile, report: FileReport | undefined): string[] {
  const { encoding, delimiter } = report ?? {};
  const sheet = report?.sheets?.find((one) => one.table === table.name);
  const header = sheet === undefined ? report?.header_row : sheet.header_row;
  const skipped = (sheet === undefined ? report?.skipped_lines : sheet.skipped_rows) ?? 0;
  return [
    ...(encoding !== undefined && !/^utf-?8$/i.test(encoding) ? [`encoding ${inlineText(encoding)}`] : []),
    ...(delimiter !== undefined && delimiter !== ","
      ? [`separator ${delimiter === "\t" ? "TAB" : inlineText(delimiter)}`]
      : []),
    ...(header === null ? ["no header"] : []),
    ...(skipped > 0 ? [`${count(skipped, sheet === undefined ? "line" : "row")} above the header left out`] : []),
    ...(isHidden(sheet) ? ["hidden sheet"] : []),
    ...rejectsText(table),
  ];
}

function isHidden(sheet: SheetReport | undefined): boolean {
  return sheet?.hidden === true;
}

function rejectsText({ rejected_rows, rejects_table }: TableProfile): string[] {
  if (rejected_rows === 0) return [];
  const where = rejects_table === undefined ? "" : `, see ${nameText(rejects_table)}`;
  return [`${count(rejected_rows, "row")} rejected${where}`];
}

function sampledLine({ columns }: TableProfile, { isBrief, columns: shown }: Level): string[] {
  const sampled = columns.slice(0, shown).find(({ sampled_rows }) => sampled_rows !== undefined)?.sampled_rows;
  if (isBrief || sampled === undefined) return [];
  return ["", `≈: from a sample of ${number(sampled)} rows. ~: estimated over all rows.`];
}

function noteLines({ warnings }: TableProfile, { notes }: Level): string[] {
  if (warnings.length === 0) return [];
  const shown = warnings.slice(0, notes).map((warning) => `- Note: ${inlineText(warning, 200)}`);
  const hidden = warnings.length - shown.length;
  if (hidden > 0) shown.push(`- … and ${count(hidden, "more note")}`);
  return ["", ...shown];
}

function sampleLines(table: TableProfile, level: Level): string[] {
  const rows = table.sample_rows.slice(0, level.sampleRows);
  if (rows.length === 0) return [];
  const columns = table.columns.slice(0, level.sampleColumns);
  const header = tableRow(columns.map(({ name }) => inlineText(name)));
  const body = rows.map((row) => tableRow(row.slice(0, columns.length).map(valueText)));
  const title = rows.length === 1 ? "First row" : `First ${rows.length} rows`;
  const part = columns.length < table.columns.length ? ` (first ${columns.length} columns)` : "";
  return ["", `${title}${part}:`, "", header, `|${" --- |".repeat(columns.length)}`, ...body];
}

function sourceOf({ source_path, sheet }: TableProfile): string {
  return sheet === undefined ? source_path : `${source_path}, sheet ${sheet}`;
}
