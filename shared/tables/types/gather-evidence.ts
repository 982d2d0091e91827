import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../sql-text.ts";
import { type ColumnPlan, TEXT_PLAN } from "./column-plan.ts";
import { SettingError } from "../settings.ts";
import { twinOf } from "./time-rules.ts";
import type { TypeRule } from "./type-rule.ts";
import { FREE_TYPING, type Typing } from "./typing.ts";

/** A column of text whose type the first rows did not settle. */
export interface OpenColumn {
  /** Its name in `source`. */
  column: string;
  rules: readonly TypeRule[];
  /** The name under which somebody asked for this type: it must hold then. */
  asked?: string;
}

/** So many columns are asked in one pass: thousands of aggregates in one statement take DuckDB long to plan. */
const COLUMNS_PER_PASS = 50;

/**
 * Asks every row of `source` (SQL of a table of text) which type each column can have without loss. First only for the
 * likeliest: most columns have it, and one rule costs a tenth of all.
 */
export async function gatherEvidence(
  connection: DuckDBConnection,
  source: string,
  columns: readonly OpenColumn[],
  typing: Typing = FREE_TYPING,
): Promise<ColumnPlan[]> {
  const likeliest = columns.map((column) => ({ ...column, rules: likeliestRules(column) }));
  const plans = await askRows(connection, source, likeliest, typing);
  const open = [...columns.keys()].filter((index) => {
    return plans[index]?.rule === undefined && columns[index]?.rules.length !== likeliest[index]?.rules.length;
  });
  const others = open.flatMap((index) => columns[index] ?? []);
  const answers = await askRows(connection, source, others, typing);
  for (const [position, index] of open.entries()) plans[index] = answers[position] ?? TEXT_PLAN;
  return plans;
}

/** The first rule, and the one that must not hold beside it. All, where one of them has to. */
function likeliestRules({ rules, asked }: OpenColumn): readonly TypeRule[] {
  const [first] = rules;
  if (first === undefined || asked !== undefined) return rules;
  return rules.filter((rule) => rule === first || rule.id === twinOf(first));
}

async function askRows(
  connection: DuckDBConnection,
  source: string,
  columns: readonly OpenColumn[],
  typing: Typing,
): Promise<ColumnPlan[]> {
  const plans: ColumnPlan[] = [];
  for (let start = 0; start < columns.length; start += COLUMNS_PER_PASS) {
    const some = columns.slice(start, start + COLUMNS_PER_PASS);
    const reader = await connection.runAndReadAll(
      `SELECT ${some.map((column) => evidenceSql(column, typing)).join(", ")} FROM ${source}`,
    );
    const [row = []] = reader.getRowsJson();
    plans.push(...some.map((column, index) => decide(column, row[index] as unknown as Evidence, typing)));
  }
  return plans;
}

/** Counts as text: a BIGINT comes as a string. */
interface Evidence {
  filled: string;
  padded: string;
  spelled: string;
  /** Cells with nothing but spaces. */
  blank: string;
  spellings: string[] | null;
  fits: string[];
  misfit: string | null;
}

function evidenceSql({ column, rules }: OpenColumn, { nulls }: Typing): string {
  const text = quoteName(column);
  const x = `trim(${text})`;
  const isNull = `${x} IN (${[...nulls, ""].map(quoteText).join(", ")})`;
  const fits = rules.map((rule) => `count(${rule.value(x)}) FILTER (WHERE NOT ${isNull})`);
  const widest = rules.at(-1);
  const misfit = `any_value(left(${text}, 60)) FILTER (WHERE NOT ${isNull} AND (${widest?.value(x) ?? "NULL"}) IS NULL)`;
  return `{
    filled: count(${text}), padded: count(*) FILTER (WHERE ${x} <> ${text}),
    spelled: count(*) FILTER (WHERE ${isNull}), blank: count(*) FILTER (WHERE ${x} = ''), spellings: list(DISTINCT ${x}) FILTER (WHERE ${isNull}),
    fits: [${fits.join(", ")}]::BIGINT[], misfit: ${misfit}
  }`;
}

/** The first rule that holds for every cell that is a value; text where none does, or where two contradict. */
function decide({ rules, asked }: OpenColumn, evidence: Evidence, typing: Typing): ColumnPlan {
  const spelled = Number(evidence.spelled);
  const values = Number(evidence.filled) - spelled;
  if (asked !== undefined && rules.length > 0) assertHolds(asked, rules, evidence, values);
  else if (values === 0) {
    const why = evidence.filled === "0" ? "no values" : "no values but spellings of NULL";
    return withNulls({ ...TEXT_PLAN, evidence: why }, evidence, typing);
  }
  const holding = rules.filter((_, index) => Number(evidence.fits[index]) === values);
  const [rule] = holding;
  if (rule === undefined) return withNulls(textPlan(rules, evidence, values), evidence, typing);
  if (holding.some((other) => other.id === twinOf(rule))) return withNulls(ambiguousPlan(), evidence, typing);
  return {
    rule,
    isPadded: Number(evidence.padded) > 0,
    nullSpellings: (evidence.spellings ?? []).toSorted(),
    spelledNulls: spelled,
    evidence: `all ${values} values: ${rule.spelling}`,
  };
}

/** Throws a `SettingError` where the type that was asked for does not hold for every value. */
function assertHolds(asked: string, rules: readonly TypeRule[], evidence: Evidence, values: number): void {
  const holding = rules.filter((_, index) => Number(evidence.fits[index]) === values);
  const type = rules[0]?.type ?? "";
  if (holding.length === 0) {
    const example = evidence.misfit === null ? "" : `, "${evidence.misfit}" is not`;
    throw new SettingError(`types.${asked}`, `Cannot make "${asked}" ${type}: not every value is one${example}`);
  }
  if (values > 0 && holding.some((rule) => rule.id === twinOf(holding[0] ?? rule))) {
    const hint = `say which comes first, as ${type}(%d/%m/%Y)`;
    throw new SettingError(`types.${asked}`, `Cannot make "${asked}" ${type}: day or month may come first; ${hint}`);
  }
}

/** Text in which spellings of NULL are NULL, where somebody said so. A cell of spaces is none of them. */
function withNulls(plan: ColumnPlan, evidence: Evidence, { nullsInText, nulls }: Typing): ColumnPlan {
  if (!nullsInText) return plan;
  const nullSpellings = (evidence.spellings ?? []).filter((spelling) => nulls.has(spelling)).toSorted();
  return { ...plan, nullSpellings, spelledNulls: Number(evidence.spelled) - Number(evidence.blank) };
}

function textPlan(rules: readonly TypeRule[], evidence: Evidence, values: number): ColumnPlan {
  const best = Math.max(0, ...evidence.fits.map(Number));
  const evidenceText = `${best} of ${values} values fit ${rules[evidence.fits.map(Number).indexOf(best)]?.type ?? "a type"}`;
  if (rules.length === 0 || best < values * 0.8) return { ...TEXT_PLAN, evidence: "text" };
  const example = evidence.misfit === null ? "" : `, "${evidence.misfit}" does not`;
  return { ...TEXT_PLAN, evidence: evidenceText, warning: `stays text: ${evidenceText}${example}` };
}

function ambiguousPlan(): ColumnPlan {
  const evidence = "dates that can be read day first or month first";
  return { ...TEXT_PLAN, evidence, warning: `stays text: ${evidence}` };
}
