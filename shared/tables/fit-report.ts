import type { ScriptReport } from "../contract/script.ts";
import type { ColumnReport, FileReport, SheetReport } from "./report.ts";

/** How much of a report is told; what is left out is in the database's own catalogue. */
interface Budget {
  columns: number;
  sheets: number;
  warnings: number;
  /** Reads of a script. */
  sites: number;
  /** Characters of a script's diff. */
  diff: number;
  /** Characters of a warning, an evidence, a reject. */
  text: number;
}

const BUDGETS: readonly Budget[] = [
  { columns: 1000, sheets: 200, warnings: 100, sites: 200, diff: 80_000, text: 500 },
  { columns: 200, sheets: 50, warnings: 50, sites: 100, diff: 30_000, text: 300 },
  { columns: 50, sheets: 20, warnings: 20, sites: 30, diff: 4000, text: 200 },
  { columns: 10, sheets: 10, warnings: 10, sites: 10, diff: 1000, text: 100 },
];
const LEAST: Budget = { columns: 0, sheets: 0, warnings: 3, sites: 3, diff: 0, text: 80 };

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
  const { columns, sheets, rejects, settings, script } = report;
  const short: FileReport = {
    ...report,
    warnings: shortenWarnings(report.warnings, budget),
  };
  if (columns !== undefined) short.columns = shortenColumns(columns, budget);
  if (sheets !== undefined) short.sheets = sheets.slice(0, budget.sheets).map((sheet) => shortenSheet(sheet, budget));
  if (rejects !== undefined)
    short.rejects = rejects.map((reject) => ({ ...reject, raw: cut(reject.raw, budget.text) }));
  if (script !== undefined) short.script = shortenScript(script, budget);
  if (settings !== undefined && budget === LEAST) delete short.settings;
  short.shortened = true;
  return short;
}

/** The counts still say how many reads there are. */
function shortenScript(script: ScriptReport, budget: Budget): ScriptReport {
  const sites = script.sites.slice(0, budget.sites).map((site) => ({
    ...site,
    old_text: cut(site.old_text, budget.text),
    new_text: site.new_text === null ? null : cut(site.new_text, budget.text),
    tables: site.tables.slice(0, budget.sites),
  }));
  return { ...script, sites, diff: budget.diff === 0 ? "" : cut(script.diff, budget.diff) };
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
