import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnName } from "../column-names.ts";
import { quoteName } from "../sql-text.ts";
import { type ColumnPlan, TEXT_PLAN, valueSql } from "../types/column-plan.ts";
import { gatherEvidence } from "../types/gather-evidence.ts";
import { guessType, type TypeGuess } from "../types/guess-types.ts";
import { findAsked } from "../types/asked-columns.ts";
import type { Typing } from "../types/typing.ts";
import type { RecordCount } from "./count-records.ts";
import { readCsvSql, type StrictSource, textColumn } from "./read-csv-sql.ts";

export interface TypedLoad {
  connection: DuckDBConnection;
  table: string;
  source: StrictSource;
  columns: readonly ColumnName[];
  /** The first records, which rule out types. */
  sample: readonly (readonly string[])[];
  count: RecordCount;
  typing: Typing;
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
 * Types are first guessed from the sample, and the table is loaded with casts that give NULL where a text does not
 * fit. The loss check compares the values of each column with our own count of filled cells: where values are
 * missing, the guess was wrong for some row, every row is asked, and the table is loaded again.
 */
export async function loadTyped(load: TypedLoad): Promise<ColumnPlan[]> {
  const guesses = load.columns.map((column, index) => guessColumn(load, column, index));
  const open = guesses.flatMap((guess, index) => (guess.isOpen && !load.omitted.has(index) ? [index] : []));
  const plans = guesses.map(planOf);
  await settle(load, guesses, plans, open);
  await createTable(load, plans);
  const wrong = await checkLoss(load, plans);
  if (wrong.length === 0) return plans;
  await settle(load, guesses, plans, wrong);
  await createTable(load, plans);
  const lost = await checkLoss(load, plans);
  if (lost.length > 0) throw new LossError(`column ${(lost[0] ?? 0) + 1} holds fewer values than the file`);
  return plans;
}

/** The sample does not decide about a type that was asked for: every row does. */
function guessColumn({ sample, typing }: TypedLoad, column: ColumnName, index: number): TypeGuess {
  const asked = findAsked(typing, column);
  if (asked === undefined)
    return guessType(
      sample.map((cells) => cells[index]),
      typing,
    );
  return { rules: asked.rules, isPadded: false, isOpen: asked.rules.length > 0 || typing.nullsInText };
}

function planOf({ rules: [rule], isPadded, because }: TypeGuess): ColumnPlan {
  if (rule === undefined) {
    return { ...TEXT_PLAN, ...(because !== undefined && { evidence: because, warning: `stays text: ${because}` }) };
  }
  const evidence = `every value: ${rule.spelling}`;
  return { rule, isPadded, nullSpellings: [], spelledNulls: 0, evidence };
}

async function settle(load: TypedLoad, guesses: TypeGuess[], plans: ColumnPlan[], indexes: number[]): Promise<void> {
  const columns = indexes.map((index) => {
    const name = load.columns[index];
    const asked = name === undefined ? undefined : findAsked(load.typing, name)?.name;
    return { column: textColumn(index), rules: guesses[index]?.rules ?? [], ...(asked !== undefined && { asked }) };
  });
  const settled = await gatherEvidence(load.connection, readCsvSql(load.source), columns, load.typing);
  for (const [position, index] of indexes.entries()) plans[index] = settled[position] ?? TEXT_PLAN;
}

async function createTable(
  { connection, table, source, columns, omitted }: TypedLoad,
  plans: ColumnPlan[],
): Promise<void> {
  const values = columns.flatMap(({ name }, index) => {
    const plan = plans[index];
    if (plan === undefined || omitted.has(index)) return [];
    return [`${valueSql(plan, textColumn(index))} AS ${quoteName(name)}`];
  });
  await connection.run(
    `CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${values.join(", ")} FROM ${readCsvSql(source)}`,
  );
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
