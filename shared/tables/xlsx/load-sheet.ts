import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "../conversion-error.ts";
import type { SheetReport } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { BodyRows } from "./body-rows.ts";
import type { SheetLayout } from "./find-layout.ts";
import { type FoundTable, TableFinder } from "./find-tables.ts";
import { withoutFooter } from "./hold-footer.ts";
import type { SheetReading } from "./read-as-said.ts";
import type { RowBatch } from "./row-batch.ts";
import { SheetFacts } from "./sheet-facts.ts";
import { SheetProfile } from "./sheet-profile.ts";
import { formatRange, type SheetRange, withinRange } from "./sheet-range.ts";
import { type PlannedColumn, TableWriter } from "./table-writer.ts";

/** A sheet that can be read more than once, and where its table goes. */
export interface SheetSource {
  connection: DuckDBConnection;
  table: string;
  read: (facts: SheetFacts) => Promise<AsyncIterable<RowBatch>>;
  /** How to read it where somebody said so. */
  reading: SheetReading;
}

/** What became of a sheet; without `table` it holds no cells. */
export type LoadedSheet = Pick<SheetReport, "table" | "rows" | "columns" | "warnings">;

const emptySheet: LoadedSheet = { rows: 0, columns: [], warnings: ["The sheet is empty: no table was made"] };

/**
 * Makes one table of a sheet; of several on it the largest, and the others are named in a warning.
 *
 * What is on a sheet is known at its end only. Hopefully it is one table, and then the first reading is the last.
 */
export async function loadSheet(source: SheetSource): Promise<LoadedSheet> {
  if (source.reading.isTableGiven) return loadGiven(source);
  const finder = new TableFinder();
  const whole = await loadRows({ ...source, read: async (facts) => watched(await source.read(facts), finder) });
  const { main, others } = finder.finish();
  if (main === undefined) return whole;
  const loaded = await loadRows({ ...source, read: async (facts) => withinRange(await source.read(facts), main) });
  return { ...loaded, warnings: [describeOthers(main, others), ...loaded.warnings] };
}

/** Somebody said where the table is. */
function loadGiven(source: SheetSource): Promise<LoadedSheet> {
  const { range } = source.reading;
  if (range === undefined) return loadRows(source);
  return loadRows({ ...source, read: async (facts) => withinRange(await source.read(facts), range) });
}

async function* watched(batches: AsyncIterable<RowBatch>, finder: TableFinder): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    finder.add(batch);
    yield batch;
  }
}

function describeOthers(main: SheetRange, others: FoundTable[]): string {
  const named = others.slice(0, 10).map(({ range, rows, cells, labels }) => {
    const header = labels.length > 0 ? `, headed ${quoteAll(labels.slice(0, 5))}` : "";
    return `${formatRange(range)} (${rows} rows, ${cells} cells${header})`;
  });
  const more = others.length > named.length ? ` and ${others.length - named.length} more` : "";
  return `The sheet holds several tables. The largest, ${formatRange(main)}, was read; left out: ${named.join("; ")}${more}`;
}

/**
 * Makes one table of rows. A column's type holds for every row, not for a sample.
 *
 * The first reading looks at every cell and, hopefully, fills a table of the types that the first rows suggest.
 * Where a later row needs another type or column, that table is given up and a second reading fills the right one.
 */
async function loadRows(source: SheetSource): Promise<LoadedSheet> {
  const facts = new SheetFacts();
  const reading = new FirstReading(source);
  try {
    for await (const batch of withoutFooter(await source.read(facts), facts)) await reading.take(batch);
  } finally {
    reading.close();
  }
  const { profile, isFilled } = reading;
  const { layout, repeats } = reading.body;
  const plan = profile?.plan() ?? [];
  if (layout === undefined || profile === undefined || plan.length === 0) return emptySheet;
  if (!isFilled) await fillAgain(source, plan);
  await checkRows(source, profile.rows);
  const warnings = [...layoutWarnings(layout, repeats, facts), ...profile.warnings()];
  return { table: source.table, rows: profile.rows, columns: profile.report(), warnings };
}

class FirstReading {
  readonly body: BodyRows;
  profile: SheetProfile | undefined;
  readonly #source: SheetSource;
  #writer: TableWriter | undefined;

  constructor(source: SheetSource) {
    this.#source = source;
    this.body = new BodyRows(source.reading);
  }

  /** Whether the table holds all rows taken so far, in the types that all of them ask for. */
  get isFilled(): boolean {
    return this.#writer !== undefined;
  }

  async take(batch: RowBatch): Promise<void> {
    const rows = this.body.of(batch);
    if (this.profile === undefined) await this.#begin(rows);
    else this.#continue(this.profile, rows);
  }

  close(): void {
    this.#writer?.close();
  }

  async #begin(rows: RowBatch): Promise<void> {
    if (this.body.layout === undefined) return;
    this.profile = new SheetProfile(this.body.layout, this.#source.reading.isText);
    this.profile.add(rows);
    const plan = this.profile.plan();
    if (plan.length === 0) return;
    this.#writer = await TableWriter.create(this.#source.connection, this.#source.table, plan);
    this.#writer.append(rows);
  }

  #continue(profile: SheetProfile, batch: RowBatch): void {
    profile.add(batch);
    if (this.#writer === undefined) return;
    if (isSamePlan(profile.plan(), this.#writer.columns)) this.#writer.append(batch);
    else {
      this.#writer.close();
      this.#writer = undefined;
    }
  }
}

async function fillAgain(source: SheetSource, plan: PlannedColumn[]): Promise<void> {
  const writer = await TableWriter.create(source.connection, source.table, plan);
  const facts = new SheetFacts();
  const body = new BodyRows(source.reading);
  try {
    for await (const batch of withoutFooter(await source.read(facts), facts)) writer.append(body.of(batch));
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

function layoutWarnings(
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
