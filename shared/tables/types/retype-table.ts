import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnReport } from "../report.ts";
import type { ConversionSettings } from "../settings.ts";
import { quoteName } from "../sql-text.ts";
import { assertTypes, findAsked } from "./asked-columns.ts";
import { type ColumnPlan, typeOf, valueSql } from "./column-plan.ts";
import { gatherEvidence, type OpenColumn, ruleOut } from "./gather-evidence.ts";
import { TEXT_TYPE } from "./type-rule.ts";
import { type Typing, typingOf } from "./typing.ts";

/**
 * Gives columns of a finished table the types that somebody asked for, and NULL for the spellings of it: for files
 * whose cells have types of their own, so that what was asked for comes on top. Answers the columns as they are then.
 */
export async function retypeTable(
  connection: DuckDBConnection,
  table: string,
  columns: readonly ColumnReport[],
  settings: ConversionSettings,
): Promise<ColumnReport[]> {
  const typing = typingOf(settings);
  await assertTypes(connection, settings, typing);
  const open = columns.flatMap((column) => toOpen(column, settings, typing) ?? []);
  const toText = columns.filter((column) => becomesText(column, settings, typing));
  if (open.length + toText.length === 0) return [...columns];
  const texts = open.map(({ column }) => `${textSql(column)} AS ${quoteName(column)}`);
  const source = `(SELECT ${texts.join(", ") || "1"} FROM ${quoteName(table)})`;
  const plans = new Map<string, ColumnPlan>();
  const found = await gatherEvidence(connection, source, await ruleOut(connection, source, open, typing), typing);
  for (const [index, plan] of found.entries()) plans.set(open[index]?.column ?? "", plan);
  const values = columns.map((column) => `${newValue(column, plans, toText)} AS ${quoteName(column.name)}`);
  await connection.run(
    `CREATE OR REPLACE TABLE ${quoteName(table)} AS SELECT ${values.join(", ")} FROM ${quoteName(table)}`,
  );
  return columns.map((column) => toReport(column, plans.get(column.name), toText.includes(column)));
}

/** What every row has to be asked about a column; undefined where nothing was said that concerns it. */
function toOpen(column: ColumnReport, settings: ConversionSettings, typing: Typing): OpenColumn | undefined {
  const asked = findAsked(typing, column);
  if (asked !== undefined && asked.rules.length > 0)
    return { column: column.name, rules: asked.rules, asked: asked.name };
  if (column.type !== TEXT_TYPE) return undefined;
  const saysNumbers = settings.decimal !== undefined || settings.percent === true || settings.currency === true;
  if (saysNumbers && asked === undefined) return { column: column.name, rules: typing.rules };
  return typing.nullsInText ? { column: column.name, rules: [] } : undefined;
}

function becomesText(column: ColumnReport, { all_text }: ConversionSettings, typing: Typing): boolean {
  if (column.type === TEXT_TYPE) return false;
  return all_text === true || findAsked(typing, column)?.rules.length === 0;
}

function newValue(column: ColumnReport, plans: ReadonlyMap<string, ColumnPlan>, toText: readonly ColumnReport[]) {
  const plan = plans.get(column.name);
  if (plan !== undefined) return valueSql(plan, textSql(column.name));
  if (!toText.includes(column)) return quoteName(column.name);
  // A nested value is told as JSON, which other programs read.
  return /[[(]/.test(column.type) && !column.type.startsWith("DECIMAL")
    ? `to_json(${quoteName(column.name)})::VARCHAR`
    : textSql(column.name);
}

function textSql(column: string): string {
  return `${quoteName(column)}::VARCHAR`;
}

function toReport(column: ColumnReport, plan: ColumnPlan | undefined, isText: boolean): ColumnReport {
  if (isText) return { ...column, type: TEXT_TYPE, evidence: "as asked" };
  if (plan === undefined) return column;
  const nulls = plan.nullSpellings.filter((spelling) => spelling !== "");
  return {
    ...column,
    type: typeOf(plan),
    evidence: plan.evidence,
    ...(nulls.length > 0 && { null_spellings: nulls }),
  };
}
