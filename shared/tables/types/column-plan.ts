import { quoteText } from "../sql-text.ts";
import { TEXT_TYPE, type TypeRule } from "./type-rule.ts";

/** How the texts of one column become values. */
export interface ColumnPlan {
  /** Undefined for text, which stays as it is. */
  rule?: TypeRule;
  isPadded: boolean;
  /** Spellings that become NULL; in a column of text only where somebody said so. */
  nullSpellings: readonly string[];
  /** Cells that will be NULL although they are not empty: so many have a null spelling, or only spaces. */
  spelledNulls: number;
  /** What in the file speaks for the type, for the report. */
  evidence: string;
  warning?: string;
}

export const TEXT_PLAN: ColumnPlan = { isPadded: false, nullSpellings: [], spelledNulls: 0, evidence: "text" };

export function typeOf(plan: ColumnPlan): string {
  return plan.rule?.type ?? TEXT_TYPE;
}

/** SQL for the value of a cell, given SQL for its text. A text that does not fit becomes NULL: the loss check sees it. */
export function valueSql(plan: ColumnPlan, text: string): string {
  if (plan.rule === undefined) {
    if (plan.nullSpellings.length === 0) return text;
    return `CASE WHEN trim(${text}) IN (${plan.nullSpellings.map(quoteText).join(", ")}) THEN NULL ELSE ${text} END`;
  }
  const x = plan.isPadded ? `trim(${text})` : text;
  const value = plan.rule.value(x);
  if (plan.nullSpellings.length === 0) return value;
  return `CASE WHEN ${x} IN (${plan.nullSpellings.map(quoteText).join(", ")}) THEN NULL ELSE ${value} END`;
}
