import type { DuckDBConnection } from "@duckdb/node-api";
import { ConversionError } from "../conversion-error.ts";
import type { SheetReport } from "../report.ts";
import { quoteName } from "../sql-text.ts";
import { BodyRows } from "./body-rows.ts";
import { withoutFooter } from "./hold-footer.ts";
import type { KeptKinds } from "./kept-kinds.ts";
import type { SheetReading } from "./read-as-said.ts";
import type { RowBatch } from "./row-batch.ts";
import { SheetFacts } from "./sheet-facts.ts";
import { SheetProfile } from "./sheet-profile.ts";
import { describeLayout } from "./sheet-warnings.ts";
import { type PlannedColumn, TableWriter } from "./table-writer.ts";

/** Rows of a sheet that can be read more than once, and where their table goes. */
export interface SheetSource {
  connection: DuckDBConnection;
  table: string;
  read: (facts: SheetFacts) => Promise<AsyncIterable<RowBatch>>;
  /** How to read it where somebody said so. */
  reading: SheetReading;
  /** Remembers the kinds of cells that columns of text are made of. */
  kinds: KeptKinds;
}

/** What became of a sheet; without `table` it holds no cells. */
export interface LoadedSheet
  extends Pick<SheetReport, "table" | "rows" | "columns" | "warnings" | "header_row" | "skipped_rows"> {
  /** The sheet is its table and nothing else: header first, then row by row, from its first column on. */
  isGivenBack: boolean;
}

const emptySheet = { rows: 0, columns: [], warnings: ["The sheet is empty: no table was made"] };

/**
 * Makes one table of rows. A column's type holds for every row, not for a sample.
 *
 * The first reading looks at every cell and, hopefully, fills a table of the types that the first rows suggest.
 * Where a later row needs another type or column, that table is given up and a second reading fills the right one.
 */
export async function loadRows(source: SheetSource): Promise<LoadedSheet> {
  const facts = new SheetFacts();
  source.kinds.start();
  const reading = new FirstReading(source);
  try {
    const batches = counted(await source.read(facts), facts);
    for await (const batch of withoutFooter(batches, facts)) await reading.take(batch);
  } finally {
    reading.close();
  }
  const { profile, isFilled } = reading;
  const { layout, repeats } = reading.body;
  const plan = profile?.plan() ?? [];
  if (layout === undefined || profile === undefined || plan.length === 0) {
    return { ...emptySheet, isGivenBack: facts.cells === 0 };
  }
  if (!isFilled) await fillAgain(source, plan);
  const kept = facts.cells - facts.noteCells - reading.body.leftOutCells - profile.errors + profile.emptyTexts;
  await checkCells(source, profile.rows, kept);
  const warnings = [...describeLayout(layout, repeats, facts, plan), ...profile.warnings()];
  return {
    table: source.table,
    rows: profile.rows,
    columns: profile.report(),
    warnings,
    header_row: layout.headerRow ?? null,
    skipped_rows: layout.titles.length,
    isGivenBack: facts.noteCells + profile.errors === 0 && isOnlyTable(reading.body, facts, plan),
  };
}

function isOnlyTable(body: BodyRows, facts: SheetFacts, plan: readonly PlannedColumn[]): boolean {
  const isFirst = body.layout?.headerRow === 1 && body.isHeaderAlone && facts.isDense;
  // A column of times of day and lengths of time does not say which cell was which.
  return isFirst && plan.every(({ source, type }, index) => source === index && type !== "INTERVAL");
}

/** Counts cells before anything is done with them. */
async function* counted(batches: AsyncIterable<RowBatch>, facts: SheetFacts): AsyncGenerator<RowBatch> {
  for await (const batch of batches) {
    facts.cells += batch.cells;
    for (const row of batch.rowNumbers) {
      facts.isDense &&= row === facts.lastRow + 1;
      facts.lastRow = row;
    }
    yield batch;
  }
}

/** Fills a table while the types hopefully hold, and knows in the end which are right. */
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
    this.#append(this.#writer, rows);
  }

  #continue(profile: SheetProfile, batch: RowBatch): void {
    profile.add(batch);
    if (this.#writer === undefined) return;
    if (isSamePlan(profile.plan(), this.#writer.columns)) this.#append(this.#writer, batch);
    else {
      this.#writer.close();
      this.#writer = undefined;
    }
  }

  #append(writer: TableWriter, rows: RowBatch): void {
    this.#source.kinds.add(writer.columns, rows);
    writer.append(rows);
  }
}

async function fillAgain(source: SheetSource, plan: PlannedColumn[]): Promise<void> {
  const writer = await TableWriter.create(source.connection, source.table, plan);
  const facts = new SheetFacts();
  const body = new BodyRows(source.reading);
  source.kinds.start();
  try {
    for await (const batch of withoutFooter(await source.read(facts), facts)) {
      const rows = body.of(batch);
      source.kinds.add(writer.columns, rows);
      writer.append(rows);
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

/**
 * The loss check: every cell that was read is in the table, except for errors, which are NULL, and for those that
 * the report says were left out. Throws `rows_lost` otherwise.
 */
async function checkCells({ connection, table }: SheetSource, rows: number, cells: number): Promise<void> {
  const reader = await connection.runAndReadAll(`SELECT count(*), count(COLUMNS(*)) FROM ${quoteName(table)}`);
  const [storedRows = 0, ...counts] = (reader.getRows()[0] ?? []).map(Number);
  const storedCells = counts.reduce((sum, count) => sum + count, 0);
  if (storedRows === rows && storedCells === cells) return;
  const found = `${storedRows} rows with ${storedCells} cells`;
  throw new ConversionError(
    "rows_lost",
    `The table has ${found} and the sheet ${rows} with ${cells}, so it was not kept`,
  );
}
