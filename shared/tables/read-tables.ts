import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "./conversion-error.ts";
import { type CsvLoad, loadCsv } from "./csv/load-csv.ts";
import { flattenTable } from "./json/flatten-table.ts";
import { loadJson } from "./json/load-json.ts";
import { describeOther } from "./kinds/describe-other.ts";
import type { LoadTarget } from "./load-target.ts";
import type { Beginning } from "./preview/beginning.ts";
import type { ColumnQuotes, ColumnText } from "./original-text.ts";
import { loadParquet } from "./parquet/load-parquet.ts";
import type { ColumnReport, FileKind, FileReport, SheetReport } from "./report.ts";
import { assertApplicable, type ConversionSettings, SettingError, settingsFor } from "./settings.ts";
import { assertColumnsExist } from "./types/asked-columns.ts";
import { retypeTable } from "./types/retype-table.ts";
import { loadWorkbook } from "./xlsx/load-workbook.ts";

/** A file ready to be read, and a way to name its tables. */
export interface FileTarget {
  connection: DuckDBConnection;
  localPath: string;
  /** Its name as the user knows it. */
  fileName: string;
  /** Removed afterwards with everything in it. */
  temporaryDirectory: string;
  nameTable: (sheet?: string) => string;
  /** Of the rejects of a table that was named before. */
  nameRejects: (table: string) => string;
  /** What somebody said about how to read it: for all of it, and for single sheets. */
  settings: readonly ConversionSettings[];
  /** Given where only the beginning of the file is wanted. */
  beginning?: Beginning;
}

/** One table that was made, as its reader describes it. */
export interface TableRead {
  name: string;
  sheet?: string;
  sheetOrder?: number;
  rows: number;
  columns: readonly ColumnReport[];
  /** How each column was written; absent where cells have types of their own. */
  texts?: readonly (ColumnText | undefined)[];
  /** Which of their cells stood in quotes. */
  quotes?: readonly ColumnQuotes[];
  /** What is around the table in its file, and how its records are written: for the catalogue. */
  layout?: object;
  rejectedRows: number;
  /** Where its rejects are, if there are any. */
  rejectsTable?: string;
  warnings: readonly string[];
}

export interface TablesRead {
  tables: TableRead[];
  /** What the file's report says beyond its tables. */
  report: Partial<FileReport>;
  /** Its tables say all that stood in the file, so that the file can be written again from them. */
  isGivenBack: boolean;
}

const readers: Partial<Record<FileKind, (target: FileTarget) => Promise<TablesRead>>> = {
  delimited: readDelimited,
  json: readJson,
  parquet: (target) => readWith(loadParquet, target),
  workbook: readWorkbook,
};

/** True for a kind of which tables are made; false where all there is to say is why none are. */
export function isTabular(kind: FileKind): boolean {
  return readers[kind] !== undefined;
}

/** Reads a file of a known kind into tables. Throws a `ConversionError` where it cannot, or where there is none. */
export async function readTables(kind: FileKind, target: FileTarget): Promise<TablesRead> {
  assertApplicable(kind, target.settings);
  const read = readers[kind];
  if (read === undefined) throw await describeOther(kind, target);
  return read(target);
}

async function readDelimited(target: FileTarget): Promise<TablesRead> {
  const table = target.nameTable();
  const load = await loadCsv(targetOf(target, table));
  const { rows, columns, texts, rejectedRows, rejectsTable, warnings } = load;
  const layout = layoutOf(load);
  const told = {
    ...(rejectsTable !== undefined && { rejectsTable }),
    ...(load.writing !== undefined && { quotes: load.writing.quotes }),
  };
  return {
    tables: [{ name: table, rows, columns, texts, layout, rejectedRows, ...told, warnings }],
    report: reportCsv(load),
    isGivenBack: load.writing !== undefined,
  };
}

function targetOf(target: FileTarget, table: string): LoadTarget {
  const nameRejects = () => target.nameRejects(table);
  return { ...target, table, nameRejects, settings: settingsFor(target.settings) };
}

function layoutOf({ encoding, dialect, headerRow, preamble, writing }: CsvLoad): object {
  const { delimiter, quote, escape: escapedBy, newline, skipInitialSpace } = dialect;
  return {
    encoding,
    delimiter,
    quote,
    escape: escapedBy,
    newline,
    skip_initial_space: skipInitialSpace,
    header_row: headerRow,
    preamble,
    ...(writing !== undefined && {
      head: writing.head,
      width: writing.width,
      byte_order_mark: writing.hasByteOrderMark,
      open_end: writing.hasOpenEnd,
      empty_at_end: writing.emptyAtEnd,
    }),
  };
}

function reportCsv(load: CsvLoad): Partial<FileReport> {
  const { dialect, preamble, rejects } = load;
  return {
    encoding: load.encoding,
    encoding_evidence: load.encodingEvidence,
    delimiter: dialect.delimiter,
    quote: dialect.quote,
    header_row: load.headerRow,
    skipped_lines: preamble.length,
    ...(preamble.length > 0 && { preamble: preamble.slice(0, MAX_REPORTED_LINES).map(shorten) }),
    reader: load.reader,
    columns: load.columns,
    ...(rejects.length > 0 && { rejects }),
  };
}

/** Of lines above a table; the catalogue has them all. */
const MAX_REPORTED_LINES = 10;
const MAX_REPORTED_LENGTH = 200;

function shorten(line: string): string {
  return line.length > MAX_REPORTED_LENGTH ? `${line.slice(0, MAX_REPORTED_LENGTH - 1)}…` : line;
}

async function readJson(target: FileTarget): Promise<TablesRead> {
  const name = target.nameTable();
  const settings = settingsFor(target.settings);
  const own = targetOf(target, name);
  const load = await loadJson(own);
  if ("recordsPath" in load) return readRecords(target, name, load.recordsPath);
  const { rows, warnings, rejectedRows, rejectsTable, rejects } = load;
  const columns = await reshape(target.connection, name, load.columns, settings);
  const told = rejectsTable === undefined ? {} : { rejectsTable };
  return {
    tables: [{ name, rows, columns, rejectedRows, ...told, warnings }],
    report: {
      columns,
      encoding: load.encoding,
      encoding_evidence: load.encodingEvidence,
      ...(rejects.length > 0 && { rejects }),
    },
    isGivenBack: false,
  };
}

/** Lists of cells in JSON, by now in a file of their own. */
async function readRecords(target: FileTarget, name: string, localPath: string): Promise<TablesRead> {
  const settings = target.settings.map(({ encoding, ...others }) => others);
  const { tables, report } = await readDelimited({ ...target, localPath, settings, nameTable: () => name });
  const { delimiter, quote, encoding, encoding_evidence, ...said } = report;
  return { tables, report: said, isGivenBack: false };
}

type PlainLoader = (target: LoadTarget) => Promise<Pick<TableRead, "rows" | "warnings"> & { columns: ColumnReport[] }>;

async function readWith(load: PlainLoader, target: FileTarget): Promise<TablesRead> {
  const name = target.nameTable();
  const settings = settingsFor(target.settings);
  const loaded = await load(targetOf(target, name));
  const { rows, warnings } = loaded;
  const columns = await reshape(target.connection, name, loaded.columns, settings);
  return { tables: [{ name, rows, columns, rejectedRows: 0, warnings }], report: { columns }, isGivenBack: false };
}

/** What was asked of a table whose cells come with types. */
async function reshape(
  connection: DuckDBConnection,
  table: string,
  columns: readonly ColumnReport[],
  settings: ConversionSettings,
): Promise<ColumnReport[]> {
  const flat = settings.flatten === true ? await flattenTable(connection, table, columns) : columns;
  assertColumnsExist(settings, flat);
  return retypeTable(connection, table, flat, settings);
}

async function readWorkbook(target: FileTarget): Promise<TablesRead> {
  const { connection, settings } = target;
  const texts = new Map<string, (ColumnText | undefined)[]>();
  const givenBack = new Set<string>();
  const sheets = await loadWorkbook(connection, { ...target, texts, givenBack });
  const tables = sheets.flatMap((sheet) =>
    sheet.table === undefined ? [] : [{ ...toTable(sheet, sheet.table), texts: texts.get(sheet.table) ?? [] }],
  );
  const range = settings.find((each) => each.range !== undefined)?.range;
  if (tables.length === 0 && range !== undefined) {
    throw new SettingError("range", `Cannot read ${range}: no cell there holds anything`);
  }
  if (tables.length === 0) throw new ConversionError("empty_file", "None of its sheets holds a table");
  return { tables, report: { sheets }, isGivenBack: sheets.every(({ sheet }) => givenBack.has(sheet)) };
}

function toTable(sheet: SheetReport, name: string): TableRead {
  const { rows, columns, rejected_rows, warnings } = sheet;
  const layout = { header_row: sheet.header_row ?? null, skipped_rows: sheet.skipped_rows ?? 0 };
  const place = { sheet: sheet.sheet, sheetOrder: sheet.sheet_order, layout };
  return { name, ...place, rows, columns, rejectedRows: rejected_rows, warnings };
}
