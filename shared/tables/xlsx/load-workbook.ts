import type { DuckDBConnection } from "@duckdb/node-api";
import type { SheetReport } from "../report.ts";
import type { ColumnText } from "../original-text.ts";
import type { Beginning } from "../preview/beginning.ts";
import { type ConversionSettings, SettingError, settingsFor } from "../settings.ts";
import { assertColumnsExist } from "../types/asked-columns.ts";
import { retypeTable } from "../types/retype-table.ts";
import { quoteName } from "../sql-text.ts";
import { heldToCount, Miscount } from "./hold-to-count.ts";
import type { LoadedSheet, SheetSource } from "./load-rows.ts";
import { loadSheet } from "./load-sheet.ts";
import { type OpenWorkbook, openWorkbook } from "./open-workbook.ts";
import { KeptKinds } from "./kept-kinds.ts";
import { firstRows } from "./first-rows.ts";
import { readingOf } from "./read-as-said.ts";
import type { RowBatch } from "./row-batch.ts";
import type { SheetFacts } from "./sheet-facts.ts";
import type { SheetOutline } from "./workbook-outline.ts";

/** Which workbook to load, and what to call its tables. */
export interface LoadWorkbookOptions {
  /** An `.xlsx` or `.xlsm`; macros are never looked at. */
  localPath: string;
  nameTable: (sheet: string) => string;
  /** For intermediate files; reading a sheet needs none so far. */
  temporaryDirectory: string;
  /** For all sheets, and for single ones. */
  settings?: readonly ConversionSettings[];
  /** Takes, by table, how its columns of text were written; the database needs its catalogue for that. */
  texts?: Map<string, (ColumnText | undefined)[]>;
  /** Takes the names of the sheets that are nothing but their tables, or empty. */
  givenBack?: Set<string>;
  /** Given where only the beginning of the sheets, or of one of them, is wanted. */
  beginning?: Beginning;
}

/**
 * Makes a table of every sheet of a workbook and reports on each, in the workbook's order; hidden sheets too.
 *
 * Throws a `ConversionError` when the workbook cannot be read to its end. Its tables are dropped then: a part of a
 * workbook is never passed off as the whole.
 */
export async function loadWorkbook(connection: DuckDBConnection, options: LoadWorkbookOptions): Promise<SheetReport[]> {
  const workbook = await openWorkbook(options.localPath);
  const reports: SheetReport[] = [];
  try {
    assertSheetsExist(options.settings ?? [], workbook);
    const only = options.beginning?.sheet;
    const wanted = workbook.sheets.filter(({ name }) => only === undefined || name === only);
    for (const sheet of wanted) reports.push(await loadOne(connection, options, workbook, sheet));
    for (const settings of options.settings ?? []) assertColumnsExist(settings, columnsUnder(settings, reports));
    return reports;
  } catch (error) {
    for (const { table } of reports) if (table !== undefined) await drop(connection, table);
    throw error;
  } finally {
    workbook.close();
  }
}

async function loadOne(
  connection: DuckDBConnection,
  { nameTable, settings = [], beginning, texts, givenBack }: LoadWorkbookOptions,
  workbook: OpenWorkbook,
  sheet: SheetOutline,
): Promise<SheetReport> {
  const head = { sheet: sheet.name, sheet_order: sheet.order, hidden: sheet.hidden, rejected_rows: 0 };
  const reason = findReasonToSkip(sheet);
  if (reason !== undefined) return { ...head, rows: 0, columns: [], warnings: [reason] };
  const table = nameTable(sheet.name);
  const started = performance.now();
  try {
    const own = settingsFor(settings, sheet.name);
    const kinds = new KeptKinds();
    const { isGivenBack, ...loaded } = await loadChecked(
      { connection, table, reading: readingOf(own), kinds },
      (facts, isQuick) => readRows(workbook, sheet, facts, { isQuick, ...(beginning !== undefined && { beginning }) }),
    );
    assertInRange(own, loaded);
    if (loaded.table !== undefined) loaded.columns = await retypeTable(connection, table, loaded.columns, own);
    if (loaded.table !== undefined) texts?.set(table, await kinds.store(connection, table, loaded.columns));
    if (isGivenBack && Object.keys(own).length === 0) givenBack?.add(sheet.name);
    const warnings = sheet.hidden ? ["The sheet is hidden in the workbook", ...loaded.warnings] : loaded.warnings;
    const seconds = Math.round(performance.now() - started) / 1000;
    return { ...head, ...loaded, warnings, seconds };
  } catch (error) {
    await drop(connection, table);
    throw error;
  }
}

interface RowsWanted {
  isQuick: boolean;
  beginning?: Beginning;
}

async function readRows(
  workbook: OpenWorkbook,
  sheet: SheetOutline,
  facts: SheetFacts,
  { isQuick, beginning }: RowsWanted,
): Promise<AsyncIterable<RowBatch>> {
  const rows = await workbook.read(sheet, facts, isQuick);
  if (beginning !== undefined) return firstRows(rows, beginning);
  return isQuick ? heldToCount(rows, facts) : rows;
}

/** Reads quickly, and where that misses anything a second time, with the reason among the warnings. */
async function loadChecked(
  source: Omit<SheetSource, "read">,
  read: (facts: SheetFacts, isQuick: boolean) => Promise<AsyncIterable<RowBatch>>,
): Promise<LoadedSheet> {
  try {
    return await loadSheet({ ...source, read: (facts) => read(facts, true) });
  } catch (error) {
    if (!(error instanceof Miscount)) throw error;
    const loaded = await loadSheet({ ...source, read: (facts) => read(facts, false) });
    return { ...loaded, warnings: [error.message, ...loaded.warnings] };
  }
}

function findReasonToSkip({ type, path, sameAs }: SheetOutline): string | undefined {
  if (type === "chartsheet") return "The sheet is a chart: no table was made";
  if (/macrosheet$/i.test(type)) return "The sheet holds macros, which are ignored: no table was made";
  if (type !== "worksheet") return `The sheet is a ${type}, without cells to read: no table was made`;
  if (path === undefined) return "The workbook lists this sheet but does not hold it: no table was made";
  if (sameAs !== undefined) return `The sheet is "${shorten(sameAs)}" under another name: no table was made`;
  return undefined;
}

function shorten(name: string): string {
  return name.length > 100 ? `${name.slice(0, 100)}…` : name;
}

function assertSheetsExist(stored: readonly ConversionSettings[], { sheets }: OpenWorkbook): void {
  for (const { sheet } of stored) {
    if (sheet === undefined || sheets.some(({ name }) => name === sheet)) continue;
    const names = sheets.map(({ name }) => `"${name}"`).slice(0, 20);
    throw new SettingError("sheet", `Cannot find a sheet "${sheet}": the workbook has ${names.join(", ")}`);
  }
}

function assertInRange({ range, sheet }: ConversionSettings, { table }: Pick<LoadedSheet, "table">): void {
  // Where a range is for every sheet, one of them may well have nothing there.
  if (range === undefined || sheet === undefined || table !== undefined) return;
  throw new SettingError("range", `Cannot read ${range} of sheet "${sheet}": no cell there holds anything`);
}

/** The columns of the sheets that these settings are for. */
function columnsUnder({ sheet }: ConversionSettings, reports: readonly SheetReport[]) {
  return reports.filter((report) => sheet === undefined || report.sheet === sheet).flatMap(({ columns }) => columns);
}

async function drop(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run(`DROP TABLE IF EXISTS ${quoteName(table)}`);
}
