import { twinOf } from "./time-rules.ts";
import { rulesFitting, type TypeRule } from "./type-rule.ts";
import { isCommaRule } from "./number-rules.ts";
import { typeRules } from "./type-rules.ts";
import { FREE_TYPING, type Typing } from "./typing.ts";

/** What the first rows leave possible for a column. Ruling out is final: one cell that does not fit is proof. */
export interface TypeGuess {
  /** Rules that every cell seen so far fits, in order of preference; none means text. */
  rules: readonly TypeRule[];
  /** Cells have spaces around them. */
  isPadded: boolean;
  /** The first rows do not settle it, so every row must be asked before loading. */
  isOpen: boolean;
  /** Why the column will be text, where somebody might wonder. */
  because?: string;
}

export function guessType(cells: readonly (string | undefined)[], typing: Typing = FREE_TYPING): TypeGuess {
  const texts = cells.filter((cell): cell is string => cell !== undefined && cell !== "");
  const trimmed = texts.map((text) => text.replace(/^ +| +$/g, ""));
  const values = trimmed.filter((text) => text !== "" && !typing.nulls.has(text));
  const isPadded = texts.some((text, index) => text !== trimmed[index]);
  const possible = rulesFitting(typing.rules, values);
  const rules = typing.isCommaClear ? possible : withoutUnclearComma(possible, values);
  if (rules.length === 0) {
    const because = typing.rules.length === 0 ? {} : whyText(values, possible);
    return { rules, isPadded, isOpen: typing.nullsInText, ...because };
  }
  const isUnclearDate = rules.some((rule) => rules.some((other) => other.id === twinOf(rule)));
  const isUnsettled = values.length < trimmed.length || values.length === 0 || isUnclearDate;
  return { rules, isPadded, isOpen: isUnsettled || typing.nullsInText };
}

/** `1,234` may be a thousand or a little over one; some cell must show that commas are decimal here. */
function withoutUnclearComma(rules: readonly TypeRule[], values: readonly string[]): readonly TypeRule[] {
  const withComma = values.filter((value) => value.includes(","));
  const isClear = withComma.some((value) => !/^-?[1-9]\d{0,2}(,\d{3})+$/.test(value));
  return isClear ? rules : rules.filter((rule) => !isCommaRule(rule));
}

/** Rules that take every spelling of their values. */
const families = typeRules.filter(({ formOf }) => formOf === undefined);

/** The share of values that may be of no type for the others to make them a surprise. */
const MAX_MISFITS = 0.2;

/** Worth a word only where nearly all values are numbers or dates, so that text comes as a surprise. */
function whyText(values: readonly string[], possible: readonly TypeRule[]): { because?: string } {
  if (possible.length > 0) return { because: "a comma may separate thousands or decimals" };
  const leadingZero = values.find((value) => /^0\d+$/.test(value));
  if (leadingZero !== undefined && values.every((value) => /^\d+$/.test(value))) {
    return { because: `"${leadingZero}" has a leading zero` };
  }
  const misfit = rareMisfit(values);
  return misfit === undefined ? {} : { because: `"${misfit.slice(0, 60)}" is not of the type of the others` };
}

/** The first value of no type at all, where nearly all others have one. Asks no further than that is clear. */
function rareMisfit(values: readonly string[]): string | undefined {
  let first: string | undefined;
  let misfits = 0;
  for (const value of values) {
    if (families.some((rule) => rule.looks(value))) continue;
    first ??= value;
    misfits++;
    if (misfits > values.length * MAX_MISFITS) return undefined;
  }
  return first;
}
