import type { DuckDBConnection } from "@duckdb/node-api";
import { quoteName, quoteText } from "../sql-text.ts";
import { type ColumnPlan, TEXT_PLAN } from "./column-plan.ts";
import { SettingError } from "../settings.ts";
import { twinOf } from "./time-rules.ts";
import { rulesFitting, type TypeRule } from "./type-rule.ts";
import { FREE_TYPING, type Typing } from "./typing.ts";

/** A column of text whose type the first rows did not settle. */
export interface OpenColumn {
  /** Its name in `source`. */
  column: string;
  rules: readonly TypeRule[];
  /** The name under which somebody asked for this type: it must hold then. */
  asked?: string;
}

/**
 * So much SQL is asked in one pass over the rows: every expression has a vector of its own, which comes to 10 KB of
 * memory for a byte of SQL (measured: a statement of 1.8 MB about 50 columns took 20 GB).
 */
const SQL_PER_PASS = 40_000;

/** Rows that rule out most types before every row is asked about the others. */
const FIRST_ROWS = 1000;

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
  const first = await askRows(connection, source, likeliest, typing);
  const plans = first.map(({ plan }) => plan);
  const open = [...columns.keys()].filter((index) => {
    const wasAskedAll = columns[index]?.rules.length === likeliest[index]?.rules.length;
    return (
      plans[index]?.rule === undefined && !wasAskedAll && first[index]?.evidence.seen.some((text) => text !== null)
    );
  });
  const others = open.flatMap((index) => stillPossible(columns[index], first[index]?.evidence));
  const answers = await askRows(connection, source, others, typing);
  for (const [position, index] of open.entries()) plans[index] = answers[position]?.plan ?? TEXT_PLAN;
  return plans;
}

/**
 * The columns with the rules that the first rows leave open, for whoever has not looked at them yet: one that does not
 * fit is proof. Of a type that was asked for every row has its say.
 */
export async function ruleOut(
  connection: DuckDBConnection,
  source: string,
  columns: readonly OpenColumn[],
  { nulls }: Typing = FREE_TYPING,
): Promise<readonly OpenColumn[]> {
  const isOpen = ({ rules, asked }: OpenColumn) => rules.length > 2 && asked === undefined;
  const open = columns.filter(isOpen);
  if (open.length === 0) return columns;
  const names = open.map(({ column }) => `trim(${quoteName(column)})`).join(", ");
  const reader = await connection.runAndReadAll(`SELECT ${names} FROM ${source} LIMIT ${FIRST_ROWS}`);
  const rows = reader.getRowsJson() as (string | null)[][];
  return columns.map((column) => {
    if (!isOpen(column)) return column;
    const position = open.indexOf(column);
    const values = rows.flatMap((row) => row[position] ?? []).filter((value) => value !== "" && !nulls.has(value));
    return { ...column, rules: rulesFitting(column.rules, values) };
  });
}

/** A column that was empty in the first rows has every rule open; two of its values close most of them. */
function stillPossible(column: OpenColumn | undefined, evidence: Evidence | undefined): OpenColumn[] {
  if (column === undefined) return [];
  const seen = (evidence?.seen ?? []).filter((text) => text !== null);
  return [{ ...column, rules: rulesFitting(column.rules, seen) }];
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
): Promise<{ plan: ColumnPlan; evidence: Evidence }[]> {
  const asked = columns.map((column) => ({ column, sql: evidenceSql(column, typing) }));
  const answers: { plan: ColumnPlan; evidence: Evidence }[] = [];
  for (const some of inPasses(asked)) {
    const reader = await connection.runAndReadAll(`SELECT ${some.map(({ sql }) => sql).join(", ")} FROM ${source}`);
    const [row = []] = reader.getRowsJson();
    for (const [index, { column }] of some.entries()) {
      const evidence = row[index] as unknown as Evidence;
      answers.push({ plan: decide(column, evidence, typing), evidence });
    }
  }
  return answers;
}

/** One after the other, as many at a time as a statement may hold; never none. */
function inPasses<Asked extends { sql: string }>(asked: readonly Asked[]): Asked[][] {
  const passes: Asked[][] = [];
  let left = 0;
  for (const one of asked) {
    left -= one.sql.length;
    if (left < 0) {
      passes.push([]);
      left = SQL_PER_PASS - one.sql.length;
    }
    passes.at(-1)?.push(one);
  }
  return passes;
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
  /** Two of the values, both NULL where there is none. */
  seen: (string | null)[];
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
    fits: [${fits.join(", ")}]::BIGINT[], misfit: ${misfit},
    seen: [min(${x}) FILTER (WHERE NOT ${isNull}), max(${x}) FILTER (WHERE NOT ${isNull})]
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
