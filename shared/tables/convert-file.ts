import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { isEngineFault } from "../engine-faults.ts";
import { bringBack, dropAside, setAside } from "./aside.ts";
import { recordSource, recordTable, removeTable } from "./catalogue.ts";
import { detectKind } from "./detect-kind.ts";
import { toFailure } from "./failure-report.ts";
import { unpackFile } from "./kinds/unpack-file.ts";
import type { TableNames } from "./names.ts";
import type { Beginning } from "./preview/beginning.ts";
import { keepWhole } from "./preview/keep-whole.ts";
import { unpackBeginning } from "./preview/unpack-beginning.ts";
import { forgetOriginal, keepOriginal, type OriginalFile } from "./originals.ts";
import { profileTable } from "./profile/profile-table.ts";
import { type ConversionSettings, kindAsSaid } from "./settings.ts";
import { type FileTarget, readTables, type TableRead } from "./read-tables.ts";
import type { FileKind, FileReport } from "./report.ts";

/** A file to make tables from. */
export interface SourceFile {
  /** As clients see it: `uploads/sales.csv`. */
  path: string;
  localPath: string;
  sizeBytes: number;
  /** How to read it where somebody said so. */
  settings?: readonly ConversionSettings[];
  /** Its content is that of its present tables: they stay when settings fail that it does not bear. */
  isUnchanged?: boolean;
}

export interface ConvertContext {
  connection: DuckDBConnection;
  names: TableNames;
  now: Date;
  temporaryDirectory: string;
  /** Given where only the beginning of the file is wanted. */
  beginning?: Beginning;
}

/**
 * Makes one file's tables, in place of those it had before. Never throws for what is in the file: the report says what
 * became of it, and a file that fails leaves no table behind, neither half a new one nor an outdated old one. Only a
 * setting that the same content does not bear leaves the tables as they were.
 */
export async function convertFile(context: ConvertContext, file: SourceFile): Promise<FileReport> {
  const started = performance.now();
  const before = await setAside(context.connection, file.path);
  const { report, original } = await readReport(context, file);
  if (report.reason?.code === "setting_not_possible" && file.isUnchanged === true) {
    report.tables = await bringBack(context.connection, before);
  } else {
    await dropAside(context.connection, before);
    if (original === undefined) await forgetOriginal(context.connection, file.path);
    else await keepOriginal(context.connection, original);
  }
  if (file.settings !== undefined && file.settings.length > 0) report.settings = file.settings;
  report.seconds = Math.round(performance.now() - started) / 1000;
  await recordSource(context.connection, report, context.now);
  return report;
}

/** What became of a file; `original` where its tables do not give it back. */
interface Conversion {
  report: FileReport;
  original?: OriginalFile;
}

async function readReport(context: ConvertContext, file: SourceFile): Promise<Conversion> {
  const directory = await mkdtemp(join(context.temporaryDirectory, "source-"));
  const fileName = basename(file.path);
  const made: string[] = [];
  const nameTable = (sheet?: string) => {
    const name = context.names.nameFor({ path: file.path, ...(sheet !== undefined && { sheet }) });
    made.push(name);
    return name;
  };
  const nameRejects = (table: string) => {
    const name = context.names.rejectsFor(table);
    made.push(name);
    return name;
  };
  let kind: FileKind = "other";
  try {
    kind = kindAsSaid(await detectKind(file.localPath, fileName), file.settings ?? []);
    const { connection, beginning } = context;
    const unpack = beginning === undefined ? unpackFile : unpackBeginning(beginning);
    const target: FileTarget = {
      connection,
      localPath: await unpack(file.localPath, join(directory, "unpacked")),
      fileName,
      temporaryDirectory: directory,
      nameTable,
      nameRejects,
      settings: file.settings ?? [],
      ...(beginning !== undefined && { beginning }),
    };
    if (beginning === undefined) return await convert(context, file, kind, target);
    const { encoding, ...whole } = await keepWhole(kind, target, beginning);
    const { report } = await convert(context, file, kind, { ...target, ...whole });
    return { report: encoding === undefined ? report : { ...report, encoding } };
  } catch (error) {
    if (isEngineFault(error)) throw error; // of this machine, which says nothing about the file
    for (const table of made) await removeTable(context.connection, table);
    return { report: toFailure(file.path, kind, error) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function convert(
  context: ConvertContext,
  file: SourceFile,
  kind: FileKind,
  target: FileTarget,
): Promise<Conversion> {
  const { tables, report, isGivenBack } = await readTables(kind, target);
  // Of a beginning nobody wants a profile, which may cost more than the table.
  if (context.beginning === undefined)
    for (const table of tables) await catalogue(context.connection, file.path, table);
  const rejectsTables = tables.flatMap(({ rejectsTable }) => rejectsTable ?? []);
  const isPacked = target.localPath !== file.localPath;
  const original = { path: file.path, localPath: file.localPath, kind, isPacked };
  const whole: FileReport = {
    path: file.path,
    status: "converted",
    kind,
    tables: tables.map(({ name }) => name),
    rejected_rows: sum(tables.map(({ rejectedRows }) => rejectedRows)),
    ...(rejectsTables.length > 0 && { rejects_tables: rejectsTables }),
    warnings: tables.flatMap(({ sheet, warnings }) =>
      warnings.map((text) => (sheet ? `Sheet "${sheet}": ${text}` : text)),
    ),
    rows: sum(tables.map(({ rows }) => rows)),
    seconds: 0,
    ...report,
  };
  return isGivenBack && !isPacked ? { report: whole } : { report: whole, original };
}

async function catalogue(connection: DuckDBConnection, path: string, table: TableRead): Promise<void> {
  const { name, sheet, rows, columns, rejectedRows, rejectsTable, warnings } = table;
  const profile = await profileTable(connection, {
    name,
    source_path: path,
    ...(sheet !== undefined && { sheet }),
    row_count: rows,
    columns,
    rejected_rows: rejectedRows,
    ...(rejectsTable !== undefined && { rejects_table: rejectsTable }),
    warnings,
  });
  const evidence = columns.map((column) => column.evidence);
  await recordTable(connection, {
    profile,
    sheetOrder: table.sheetOrder ?? null,
    evidence,
    texts: table.texts ?? [],
    quotes: table.quotes ?? [],
    layout: table.layout,
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
