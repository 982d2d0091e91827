import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "../conversion-error.ts";
import type { SheetReport } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { findLayout, type SheetLayout } from "./find-layout.ts";
import { type Footer, withoutFooter } from "./hold-footer.ts";
import type { SheetFacts } from "./read-sheet.ts";
import type { RowBatch } from "./row-batch.ts";
import { SheetProfile } from "./sheet-profile.ts";
import { type PlannedColumn, TableWriter } from "./table-writer.ts";

/** A sheet that can be read more than once. */
export interface SheetSource {
  connection: DuckDBConnection;
  table: string;
  read: () => Promise<AsyncGenerator<RowBatch, SheetFacts>>;
}

/** What became of a sheet; without `table` it holds no cells. */
export type LoadedSheet = Pick<SheetReport, "table" | "rows" | "columns" | "warnings">;

/** One reading of a sheet from its first to its last row. */
interface Reading {
  layout: SheetLayout;
  profile: SheetProfile;
  facts: SheetFacts;
  footer: Footer;
  /** The columns of the table that was filled on the way, if they hold every row. */
  filled: boolean;
}

/**
 * Makes one table of a sheet. A column's type holds for every row, not for a sample.
 *
 * The first reading looks at every cell and, hopefully, fills a table of the types that the first rows suggest.
 * Where a later row needs another type or column, the table is given up and a second reading fills the right one.
 */
export async function loadSheet(source: SheetSource): Promise<LoadedSheet> {
  const reading = await readAndFill(source);
  if (reading === undefined) return { rows: 0, columns: [], warnings: ["The sheet is empty: no table was made"] };
  const { layout, profile } = reading;
  if (!reading.filled) await fillAgain(source, layout, profile.plan());
  await checkRows(source, profile.rows);
  return { table: source.table, rows: profile.rows, columns: profile.report(), warnings: toWarnings(reading) };
}

async function readAndFill(source: SheetSource): Promise<Reading | undefined> {
  const footer: Footer = { notes: [] };
  const batches = withoutFooter(await source.read(), footer);
  let layout: SheetLayout | undefined;
  let profile: SheetProfile | undefined;
  let writer: TableWriter | undefined;
  try {
    for (;;) {
      const { done, value } = await batches.next();
      if (done) {
        if (layout === undefined || profile === undefined) return undefined;
        return { layout, profile, facts: value, footer, filled: writer !== undefined };
      }
      layout ??= findLayout(value);
      const body = profile === undefined ? value.slice(layout.firstBodyRow, value.rows) : value;
      const isFirst = profile === undefined;
      profile ??= new SheetProfile(layout);
      profile.add(body);
      const plan = profile.plan();
      if (isFirst) writer = await TableWriter.create(source.connection, source.table, plan);
      else if (writer !== undefined && !isSamePlan(plan, writer.columns)) {
        writer.close();
        writer = undefined;
      }
      writer?.append(body);
    }
  } finally {
    writer?.close();
  }
}

async function fillAgain(source: SheetSource, layout: SheetLayout, plan: PlannedColumn[]): Promise<void> {
  const writer = await TableWriter.create(source.connection, source.table, plan);
  try {
    let toSkip = layout.firstBodyRow;
    for await (const batch of withoutFooter(await source.read(), { notes: [] })) {
      writer.append(toSkip > 0 ? batch.slice(toSkip, batch.rows) : batch);
      toSkip = 0;
    }
  } finally {
    writer.close();
  }
}

function isSamePlan(a: PlannedColumn[], b: PlannedColumn[]): boolean {
  return a.length === b.length && a.every((column, index) => isSameColumn(column, b[index]));
}

function isSameColumn(a: PlannedColumn, b: PlannedColumn | undefined): boolean {
  return a.source === b?.source && a.type === b.type && a.hasLongIntegers === b.hasLongIntegers;
}

async function checkRows({ connection, table }: SheetSource, expected: number): Promise<void> {
  const reader = await connection.runAndReadAll(`SELECT count(*) FROM ${quoteName(table)}`);
  const rows = Number(reader.getRows()[0]?.[0]);
  if (rows === expected) return;
  throw new ConversionError("rows_lost", `The table has ${rows} rows and the sheet ${expected}, so it was not kept`);
}

function toWarnings({ layout, profile, facts, footer }: Reading): string[] {
  const warnings: string[] = [];
  if (layout.titles.length > 0) warnings.push(`Rows above the table were left out: ${quoteAll(layout.titles)}`);
  if (footer.notes.length > 0) warnings.push(`Notes below the table were left out: ${quoteAll(footer.notes)}`);
  if (layout.headerRow === undefined) warnings.push("The sheet has no header row: its columns are numbered");
  if (facts.hiddenRows > 0) warnings.push(`${facts.hiddenRows} rows are hidden in the sheet; the table holds them too`);
  if (facts.hasHiddenColumns) warnings.push("Some columns are hidden in the sheet; the table holds them too");
  return [...warnings, ...profile.warnings()];
}

function quoteAll(texts: string[]): string {
  const shown = texts.slice(0, 10).map((text) => `"${text}"`);
  return shown.join(", ") + (texts.length > 10 ? ` and ${texts.length - 10} more` : "");
}
