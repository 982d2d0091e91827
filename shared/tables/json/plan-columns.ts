import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnReport } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import { typeOf, valueSql } from "../types/column-plan.ts";
import { gatherEvidence, type OpenColumn, ruleOut } from "../types/gather-evidence.ts";
import { isCommaRule, numberRules } from "../types/number-rules.ts";
import { isoRules } from "../types/time-rules.ts";
import { rulesFitting, TEXT_TYPE, type TypeRule } from "../types/type-rule.ts";
import { lookAtTexts, settleRows, type TextLook } from "./look-at-texts.ts";
import { NUMBER_MARK } from "./quote-numbers.ts";

export interface JsonColumn {
  name: string;
  type: string;
}

/** How a column's value is made where it is not simply taken. */
export interface JsonPlan {
  value: string;
  report: Pick<ColumnReport, "type" | "evidence">;
}

/** JSON as it is read: SQL for its rows, and the columns it has there. */
export interface JsonSource {
  sql: string;
  columns: readonly JsonColumn[];
  /** Numbers of the rows are marked strings. */
  isMarked: boolean;
}

const exactTimes = isoRules.filter(({ isExact }) => isExact);
const pointRules = numberRules.filter((rule) => !isCommaRule(rule));

/**
 * Text that is a date in every row becomes one; numbers that were kept as text get the type that gives this text back;
 * whole numbers that DuckDB took too wide; and mixed values as text.
 */
export async function planColumns(connection: DuckDBConnection, source: JsonSource): Promise<Map<string, JsonPlan>> {
  const { sql, columns, isMarked } = source;
  const plans = new Map<string, JsonPlan>();
  const ofType = (...types: string[]) => columns.filter(({ type }) => types.includes(type)).map(({ name }) => name);
  for (const name of ofType("JSON")) {
    const value = withoutMarks(`(${quoteName(name)} ->> '$')`);
    plans.set(name, { value, report: { type: TEXT_TYPE, evidence: "values of several types" } });
  }
  for (const name of await fitsBigint(connection, sql, ofType("HUGEINT", "UBIGINT"))) {
    plans.set(name, { value: `${quoteName(name)}::BIGINT`, report: { type: "BIGINT" } });
  }
  const texts = ofType("VARCHAR");
  await using rows = await settleRows(connection, sql, texts);
  const looks = await lookAtTexts(connection, rows.sql, texts, isMarked);
  await planNumbers(connection, rows.sql, openColumns(looks.numbers, pointRules), plans);
  for (const { name } of looks.numbers) if (!plans.has(name)) plans.set(name, unprovenNumber(name));
  for (const { name } of looks.mixed) {
    const report = { type: TEXT_TYPE, evidence: "values of several types" };
    plans.set(name, { value: withoutMarks(quoteName(name)), report });
  }
  await planTimes(connection, rows.sql, openColumns(looks.others, exactTimes), plans);
  return plans;
}

/** Proving a column costs a statement's share of time: of those that could be of a type so many are, and the rest stays text. */
const MAX_PROVEN = 300;

/** The columns whose least and greatest text leave a rule open. */
function openColumns(looks: readonly TextLook[], rules: readonly TypeRule[]): OpenColumn[] {
  const open = looks.map(({ name, seen }) => ({ column: name, rules: rulesFitting(rules, seen) }));
  return open.filter((column) => column.rules.length > 0).slice(0, MAX_PROVEN);
}

/** The text it was written as. */
function unprovenNumber(name: string): JsonPlan {
  const report = { type: TEXT_TYPE, evidence: "numbers of any spelling" };
  return { value: `substr(${quoteName(name)}, 2)`, report };
}

/** SQL for a text without the marks of numbers, whether it is one or JSON that holds some. */
export function withoutMarks(text: string): string {
  const mark = quoteText(NUMBER_MARK);
  return `CASE WHEN starts_with(${text}, ${mark}) THEN substr(${text}, 2)
    ELSE regexp_replace(${text}, '"\\\\u0011([^"]*)"', '\\1', 'g') END`;
}

async function planNumbers(
  connection: DuckDBConnection,
  source: string,
  open: readonly OpenColumn[],
  plans: Map<string, JsonPlan>,
): Promise<void> {
  if (open.length === 0) return;
  const texts = open.map(({ column }) => `substr(${quoteName(column)}, 2) AS ${quoteName(column)}`);
  const unmarked = `(SELECT ${texts.join(", ")} FROM ${source})`;
  const evidence = await gatherEvidence(connection, unmarked, await ruleOut(connection, unmarked, open));
  for (const [index, plan] of evidence.entries()) {
    const name = open[index]?.column ?? "";
    const report = {
      type: typeOf(plan),
      evidence: plan.rule === undefined ? "numbers of any spelling" : plan.evidence,
    };
    plans.set(name, { value: valueSql(plan, `substr(${quoteName(name)}, 2)`), report });
  }
}

async function planTimes(
  connection: DuckDBConnection,
  source: string,
  open: readonly OpenColumn[],
  plans: Map<string, JsonPlan>,
): Promise<void> {
  const evidence = await gatherEvidence(connection, source, await ruleOut(connection, source, open));
  for (const [index, plan] of evidence.entries()) {
    const name = open[index]?.column ?? "";
    // A JSON string "NA" is a string: its author could have written null.
    if (plan.rule === undefined || plan.nullSpellings.length > 0 || plan.isPadded) continue;
    plans.set(name, {
      value: valueSql(plan, quoteName(name)),
      report: { type: typeOf(plan), evidence: plan.evidence },
    });
  }
}

async function fitsBigint(connection: DuckDBConnection, source: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const fits = names.map((name) => `count(TRY_CAST(${quoteName(name)} AS BIGINT)) = count(${quoteName(name)})`);
  const reader = await connection.runAndReadAll(`SELECT ${fits.join(", ")} FROM ${source}`);
  return names.filter((_, index) => reader.getRowsJson()[0]?.[index] === true);
}
