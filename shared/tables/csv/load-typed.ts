import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnName } from "../column-names.ts";
import { quoteName } from "../sql-text.ts";
import { type ColumnPlan, TEXT_PLAN, typeOf, valueSql } from "../types/column-plan.ts";
import { gatherEvidence } from "../types/gather-evidence.ts";
import { findAsked } from "../types/asked-columns.ts";
import type { Typing } from "../types/typing.ts";
import type { ColumnText } from "../original-text.ts";
import { describeText, isWrittenUnevenly, keepExceptions, textBeside, type WrittenColumn } from "./keep-texts.ts";
import type { RecordCount } from "./count-records.ts";
import type { ColumnGuess } from "./guess-columns.ts";
import { readCsvSql, type StrictSource, textColumn } from "./read-csv-sql.ts";

export interface TypedLoad {
  connection: DuckDBConnection;
  table: string;
  source: StrictSource;
  columns: readonly ColumnName[];
  guesses: readonly ColumnGuess[];
  count: RecordCount;
  typing: Typing;
  /** Records of the file behind those that were counted. */
  emptyAtEnd: number;
  /** Columns that are not worth having: no name, and nothing in them. */
  omitted: ReadonlySet<number>;
}

/** The table as it stands does not hold what the file holds by our own count. */
export class LossError extends Error {
  override readonly name = "LossError";
}

/**
 * Makes the table with every column's type, and proves that nothing was lost on the way.
 *
 * Where our own count has proven a column's type cell by cell, DuckDB's reader makes the values. The other columns are
 * read as text and cast so that a text that does not fit gives NULL. The loss check compares the values of each column
 * with our count of filled cells: where some are missing, the guess was wrong for some row, every row is asked, and
 * the table is loaded again.
 */
export async function loadTyped(load: TypedLoad): Promise<LoadedColumns> {
  const { guesses, omitted } = load;
  const plans = guesses.map((guess, index) => (isEmpty(load, index) ? EMPTY_PLAN : planOf(guess)));
  const isOpen = (index: number) => guesses[index]?.isOpen && plans[index] !== EMPTY_PLAN && !omitted.has(index);
  await settle(load, plans, [...guesses.keys()].filter(isOpen));
  await createTable(load, plans);
  const wrong = await checkLoss(load, plans);
  if (wrong.length === 0) return { plans, texts: await keepTexts(load, plans) };
  await settle(load, plans, wrong);
  await createTable(load, plans);
  const lost = await checkLoss(load, plans);
  if (lost.length > 0) throw new LossError(`column ${(lost[0] ?? 0) + 1} holds fewer values than the file`);
  return { plans, texts: await keepTexts(load, plans) };
}

/** What was decided, by column of the file, and how each column was written. */
export interface LoadedColumns {
  plans: ColumnPlan[];
  texts: Map<number, ColumnText>;
}

async function keepTexts(load: TypedLoad, plans: readonly ColumnPlan[]): Promise<Map<number, ColumnText>> {
  const { connection, table, count } = load;
  const texts = new Map<number, ColumnText>();
  for (const written of writtenColumns(load, plans)) {
    const text = describeText(written, count);
    if (isWrittenUnevenly(written, count)) {
      text.exceptions = await keepExceptions(connection, table, written, text);
    }
    texts.set(written.index, text);
  }
  return texts;
}

function writtenColumns({ columns, omitted }: TypedLoad, plans: readonly ColumnPlan[]): WrittenColumn[] {
  return columns.flatMap((column, index) => {
    const plan = plans[index];
    return plan === undefined || omitted.has(index) ? [] : [{ column, plan, index }];
  });
}

const EMPTY_PLAN: ColumnPlan = { ...TEXT_PLAN, evidence: "no values" };

/** Nobody has to be asked about a column in which our count found nothing. One whose type was asked for has that. */
function isEmpty({ count, columns, typing }: TypedLoad, index: number): boolean {
  const column = columns[index];
  return count.filled[index] === 0 && column !== undefined && findAsked(typing, column) === undefined;
}

function planOf({ rules: [rule], isPadded, because }: ColumnGuess): ColumnPlan {
  if (rule === undefined) {
    return { ...TEXT_PLAN, ...(because !== undefined && { evidence: because, warning: `stays text: ${because}` }) };
  }
  const evidence = `every value: ${rule.spelling}`;
  return { rule, isPadded, nullSpellings: [], spelledNulls: 0, evidence };
}

async function settle(load: TypedLoad, plans: ColumnPlan[], indexes: number[]): Promise<void> {
  const columns = indexes.map((index) => {
    const name = load.columns[index];
    const asked = name === undefined ? undefined : findAsked(load.typing, name)?.name;
    return {
      column: textColumn(index),
      rules: load.guesses[index]?.rules ?? [],
      ...(asked !== undefined && { asked }),
    };
  });
  const settled = await gatherEvidence(load.connection, readCsvSql(load.source), columns, load.typing);
  for (const [position, index] of indexes.entries()) plans[index] = settled[position] ?? TEXT_PLAN;
}

async function createTable(load: TypedLoad, plans: readonly ColumnPlan[]): Promise<void> {
  const { connection, table, source, guesses, count } = load;
  const proven = new Map<number, string>();
  const values = writtenColumns(load, plans).flatMap((written) => {
    const { column, plan, index } = written;
    const isProven = guesses[index]?.isProven === true && plan.rule === guesses[index]?.rules[0];
    const text = textColumn(index);
    if (!isWrittenUnevenly(written, count)) {
      if (isProven) proven.set(index, typeOf(plan));
      return [`${isProven ? text : valueSql(plan, text)} AS ${quoteName(column.name)}`];
    }
    // What is proven needs no proof in SQL; but the text is wanted too.
    const value = isProven ? `CAST(${text} AS ${typeOf(plan)})` : valueSql(plan, text);
    return [`${value} AS ${quoteName(column.name)}`, `${text} AS ${quoteName(textBeside(index))}`];
  });
  const rows = `SELECT ${values.join(", ")} FROM ${readCsvSql(source, proven)}`;
  // Empty rows at the end of the file are not counted and not taken.
  const taken = load.emptyAtEnd > 0 ? `${rows} LIMIT ${count.records}` : rows;
  await connection.run(`CREATE OR REPLACE TABLE ${quoteName(table)} AS ${taken}`);
}

/**
 * The columns with fewer values than the file has filled cells. Throws where that cannot come from a type: another
 * number of rows, more values than cells, or text missing.
 */
async function checkLoss(load: TypedLoad, plans: readonly ColumnPlan[]): Promise<number[]> {
  const { connection, table, columns, count, omitted } = load;
  const kept = columns.flatMap((_, index) => (omitted.has(index) ? [] : [index]));
  const counts = kept.map((index) => `count(${quoteName(columns[index]?.name ?? "")})`);
  const reader = await connection.runAndReadAll(`SELECT count(*), ${counts.join(", ")} FROM ${quoteName(table)}`);
  const [rows = 0, ...values] = (reader.getRowsJson()[0] ?? []).map(Number);
  if (rows !== count.records) throw new LossError(`the table has ${rows} rows, the file ${count.records}`);
  return kept.filter((index, position) => {
    const missing = (count.filled[index] ?? 0) - (plans[index]?.spelledNulls ?? 0) - (values[position] ?? 0);
    if (missing === 0) return false;
    if (missing < 0 || plans[index]?.rule === undefined) {
      throw new LossError(`column ${index + 1} holds ${values[position]} values, the file ${count.filled[index]}`);
    }
    return true;
  });
}
