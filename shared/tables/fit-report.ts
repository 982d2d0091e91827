import type { ColumnReport, FileReport, SheetReport } from "./report.ts";

/** How much of a report is told; what is left out is in the database's own catalogue. */
interface Budget {
  columns: number;
  sheets: number;
  warnings: number;
  /** Characters of a warning, an evidence, a reject. */
  text: number;
}

const BUDGETS: readonly Budget[] = [
  { columns: 1000, sheets: 200, warnings: 100, text: 500 },
  { columns: 200, sheets: 50, warnings: 50, text: 300 },
  { columns: 50, sheets: 20, warnings: 20, text: 200 },
  { columns: 10, sheets: 10, warnings: 10, text: 100 },
];
const LEAST: Budget = { columns: 0, sheets: 0, warnings: 3, text: 80 };

/** The report, shortened as far as it must be to fit into so many bytes of JSON; it says so where it is. */
export function fitReport(report: FileReport, maxBytes: number): FileReport {
  if (sizeOf(report) <= maxBytes) return report;
  for (const budget of BUDGETS) {
    const shorter = shorten(report, budget);
    if (sizeOf(shorter) <= maxBytes) return shorter;
  }
  return shorten(report, LEAST);
}

function shorten(report: FileReport, budget: Budget): FileReport {
  const { columns, sheets, rejects, settings } = report;
  const short: FileReport = {
    ...report,
    warnings: shortenWarnings(report.warnings, budget),
  };
  if (columns !== undefined) short.columns = shortenColumns(columns, budget);
  if (sheets !== undefined) short.sheets = sheets.slice(0, budget.sheets).map((sheet) => shortenSheet(sheet, budget));
  if (rejects !== undefined)
    short.rejects = rejects.map((reject) => ({ ...reject, raw: cut(reject.raw, budget.text) }));
  if (settings !== undefined && budget === LEAST) delete short.settings;
  short.shortened = true;
  return short;
}

function shortenSheet(sheet: SheetReport, budget: Budget): SheetReport {
  const warnings = shortenWarnings(sheet.warnings, budget);
  return { ...sheet, warnings, columns: shortenColumns(sheet.columns, budget) };
}

function shortenColumns(columns: readonly ColumnReport[], budget: Budget): ColumnReport[] {
  return columns.slice(0, budget.columns).map((column) => ({
    ...column,
    original_name: column.original_name === null ? null : cut(column.original_name, budget.text),
    ...(column.evidence !== undefined && { evidence: cut(column.evidence, budget.text) }),
  }));
}

function shortenWarnings(warnings: readonly string[], budget: Budget): string[] {
  const kept = warnings.slice(0, budget.warnings).map((warning) => cut(warning, budget.text));
  const more = warnings.length - kept.length;
  return more > 0 ? [...kept, `… and ${more} more`] : kept;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}

function sizeOf(report: FileReport): number {
  return Buffer.byteLength(JSON.stringify(report));
}
