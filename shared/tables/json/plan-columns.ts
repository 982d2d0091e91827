import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnReport } from "../report.ts";
import { quoteName, quoteText } from "../sql-text.ts";
import { typeOf, valueSql } from "../types/column-plan.ts";
import { gatherEvidence } from "../types/gather-evidence.ts";
import { isCommaRule, numberRules } from "../types/number-rules.ts";
import { isoRules } from "../types/time-rules.ts";
import { TEXT_TYPE } from "../types/type-rule.ts";
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
  const marked = isMarked ? await countMarked(connection, sql, texts) : new Map<string, "all" | "some">();
  const numbers = texts.filter((name) => marked.get(name) === "all");
  await planNumbers(connection, sql, numbers, plans);
  for (const name of texts.filter((text) => marked.get(text) === "some")) {
    const report = { type: TEXT_TYPE, evidence: "values of several types" };
    plans.set(name, { value: withoutMarks(quoteName(name)), report });
  }
  await planTimes(
    connection,
    sql,
    texts.filter((name) => !marked.has(name)),
    plans,
  );
  return plans;
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
  names: readonly string[],
  plans: Map<string, JsonPlan>,
): Promise<void> {
  if (names.length === 0) return;
  const texts = names.map((name) => `substr(${quoteName(name)}, 2) AS ${quoteName(name)}`);
  const unmarked = `(SELECT ${texts.join(", ")} FROM ${source})`;
  const evidence = await gatherEvidence(
    connection,
    unmarked,
    names.map((column) => ({ column, rules: pointRules })),
  );
  for (const [index, plan] of evidence.entries()) {
    const name = names[index] ?? "";
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
  names: readonly string[],
  plans: Map<string, JsonPlan>,
): Promise<void> {
  const rules = isoRules.filter(({ isExact }) => isExact);
  const evidence = await gatherEvidence(
    connection,
    source,
    names.map((column) => ({ column, rules })),
  );
  for (const [index, plan] of evidence.entries()) {
    const name = names[index] ?? "";
    // A JSON string "NA" is a string: its author could have written null.
    if (plan.rule === undefined || plan.nullSpellings.length > 0 || plan.isPadded) continue;
    plans.set(name, {
      value: valueSql(plan, quoteName(name)),
      report: { type: typeOf(plan), evidence: plan.evidence },
    });
  }
}

/** The columns that hold numbers: nothing but them, or some. */
async function countMarked(
  connection: DuckDBConnection,
  source: string,
  names: readonly string[],
): Promise<Map<string, "all" | "some">> {
  const found = new Map<string, "all" | "some">();
  if (names.length === 0) return found;
  const mark = quoteText(NUMBER_MARK);
  const counts = names.map(
    (name) => `[count(*) FILTER (starts_with(${quoteName(name)}, ${mark})), count(${quoteName(name)})]`,
  );
  const reader = await connection.runAndReadAll(`SELECT ${counts.join(", ")} FROM ${source}`);
  for (const [index, count] of (reader.getRowsJson()[0] ?? []).entries()) {
    const [marked, all] = (count as string[]).map(Number);
    if (marked !== 0) found.set(names[index] ?? "", marked === all ? "all" : "some");
  }
  return found;
}

async function fitsBigint(connection: DuckDBConnection, source: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const fits = names.map((name) => `count(TRY_CAST(${quoteName(name)} AS BIGINT)) = count(${quoteName(name)})`);
  const reader = await connection.runAndReadAll(`SELECT ${fits.join(", ")} FROM ${source}`);
  return names.filter((_, index) => reader.getRowsJson()[0]?.[index] === true);
}
