import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../sql-text.ts";
import { type ColumnPlan, TEXT_PLAN } from "./column-plan.ts";
import { twinOf } from "./time-rules.ts";
import type { TypeRule } from "./type-rule.ts";
import { NULL_SPELLINGS } from "./type-rules.ts";

/** A column of text whose type the first rows did not settle. */
export interface OpenColumn {
  /** Its name in `source`. */
  column: string;
  rules: readonly TypeRule[];
}

/** So many columns are asked in one pass: thousands of aggregates in one statement take DuckDB long to plan. */
const COLUMNS_PER_PASS = 50;

/** Asks every row of `source` (SQL of a table of text) which type each column can have without loss. */
export async function gatherEvidence(
  connection: DuckDBConnection,
  source: string,
  columns: readonly OpenColumn[],
): Promise<ColumnPlan[]> {
  const plans: ColumnPlan[] = [];
  for (let start = 0; start < columns.length; start += COLUMNS_PER_PASS) {
    const some = columns.slice(start, start + COLUMNS_PER_PASS);
    const reader = await connection.runAndReadAll(`SELECT ${some.map(evidenceSql).join(", ")} FROM ${source}`);
    const [row = []] = reader.getRowsJson();
    plans.push(...some.map(({ rules }, index) => decide(rules, row[index] as unknown as Evidence)));
  }
  return plans;
}

/** Counts as text: a BIGINT comes as a string. */
interface Evidence {
  filled: string;
  padded: string;
  spelled: string;
  spellings: string[] | null;
  fits: string[];
  misfit: string | null;
}

const NULLS_SQL = [...NULL_SPELLINGS, ""].map(quoteText).join(", ");

function evidenceSql({ column, rules }: OpenColumn): string {
  const text = quoteName(column);
  const x = `trim(${text})`;
  const isNull = `${x} IN (${NULLS_SQL})`;
  const fits = rules.map((rule) => `count(${rule.value(x)}) FILTER (WHERE NOT ${isNull})`);
  const widest = rules.at(-1);
  const misfit = `any_value(left(${text}, 60)) FILTER (WHERE NOT ${isNull} AND (${widest?.value(x) ?? "NULL"}) IS NULL)`;
  return `{
    filled: count(${text}), padded: count(*) FILTER (WHERE ${x} <> ${text}),
    spelled: count(*) FILTER (WHERE ${isNull}), spellings: list(DISTINCT ${x}) FILTER (WHERE ${isNull}),
    fits: [${fits.join(", ")}]::BIGINT[], misfit: ${misfit}
  }`;
}

/** The first rule that holds for every cell that is a value; text where none does, or where two contradict. */
function decide(rules: readonly TypeRule[], evidence: Evidence): ColumnPlan {
  const spelled = Number(evidence.spelled);
  const values = Number(evidence.filled) - spelled;
  if (values === 0)
    return { ...TEXT_PLAN, evidence: evidence.filled === "0" ? "no values" : "no values but spellings of NULL" };
  const holding = rules.filter((_, index) => Number(evidence.fits[index]) === values);
  const [rule] = holding;
  if (rule === undefined) return textPlan(rules, evidence, values);
  if (holding.some((other) => other.id === twinOf(rule))) return ambiguousPlan();
  return {
    rule,
    isPadded: Number(evidence.padded) > 0,
    nullSpellings: (evidence.spellings ?? []).toSorted(),
    spelledNulls: spelled,
    evidence: `all ${values} values: ${rule.spelling}`,
  };
}

function textPlan(rules: readonly TypeRule[], evidence: Evidence, values: number): ColumnPlan {
  const best = Math.max(0, ...evidence.fits.map(Number));
  const evidenceText = `${best} of ${values} values fit ${rules[evidence.fits.map(Number).indexOf(best)]?.type ?? "a type"}`;
  if (best < values * 0.8) return { ...TEXT_PLAN, evidence: "text" };
  const example = evidence.misfit === null ? "" : `, "${evidence.misfit}" does not`;
  return { ...TEXT_PLAN, evidence: evidenceText, warning: `stays text: ${evidenceText}${example}` };
}

function ambiguousPlan(): ColumnPlan {
  const evidence = "dates that can be read day first or month first";
  return { ...TEXT_PLAN, evidence, warning: `stays text: ${evidence}` };
}
