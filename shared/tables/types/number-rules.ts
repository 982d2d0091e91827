import { provesDouble, provesWholeNumber } from "./number-proofs.ts";
import { decimalForms, doubleForms, shortestText, toPoint } from "./number-forms.ts";
import { doubleValue, fitsDouble } from "./double-value.ts";
import { exactCast, type TypeRule } from "./type-rule.ts";

const wholeNumber: TypeRule = {
  id: "bigint",
  type: "BIGINT",
  spelling: "whole numbers",
  looks: (text) => /^(0|-?[1-9]\d{0,18})$/.test(text),
  value: (x) => exactCast(x, "BIGINT"),
  proves: provesWholeNumber,
  text: (v) => `${v}::VARCHAR`,
  isExact: true,
};

const largeWholeNumber: TypeRule = {
  id: "hugeint",
  type: "HUGEINT",
  spelling: "whole numbers, some beyond 64 bits",
  looks: (text) => /^(0|-?[1-9]\d{0,38})$/.test(text),
  value: (x) => exactCast(x, "HUGEINT"),
  text: (v) => `${v}::VARCHAR`,
  isExact: true,
};

const double: TypeRule = {
  id: "double",
  type: "DOUBLE",
  spelling: "decimal point",
  looks: (text) =>
    /^-?\d*(\.\d*)?([eE][-+]?\d{1,3})?$/.test(text) && /\d/.test(text) && !/^-?0\d/.test(text) && fitsDouble(text),
  value: doubleValue,
  proves: provesDouble,
  text: shortestText,
  isExact: false,
};

/** Which a DECIMAL does not know. */
const NEGATIVE_ZERO = /^-[0.]*$/;

/** Digits behind the point that a DECIMAL of 38 digits may have and still leave room before it. */
const SCALES = [2, 4, 6, 9, 12, 18, 24, 30] as const;

/** More digits than a double holds: amounts in a ledger, coordinates to the nanometre. */
function decimalRule(scale: number): TypeRule {
  const shape = `-?(0|[1-9][0-9]*)(\\.[0-9]{1,${scale}})?`;
  const looks = new RegExp(`^-?(0|[1-9]\\d*)(\\.\\d{1,${scale}})?$`);
  return {
    id: `decimal_${scale}`,
    type: `DECIMAL(38,${scale})`,
    spelling: "decimal point, more digits than a double holds",
    looks: (text) => looks.test(text) && !NEGATIVE_ZERO.test(text),
    value: (
      x,
    ) => `CASE WHEN regexp_full_match(${x}, '${shape}') AND NOT regexp_full_match(${x}, '${NEGATIVE_ZERO.source}')
      THEN TRY_CAST(${x} AS DECIMAL(38,${scale})) END`,
    text: (v) => `rtrim(rtrim(${v}::VARCHAR, '0'), '.')`,
    isExact: false,
  };
}

/** `1,5`. Whether `1,234` is one or a thousand nobody can know; `guess-types.ts` asks for a cell that tells. */
function withComma(rule: TypeRule): TypeRule {
  return {
    id: rule.id.replace("double", "double_comma"),
    type: rule.type,
    spelling: "decimal comma",
    looks: (text) => /^-?(0|[1-9]\d*)(,\d+)?$/.test(text) && rule.looks(text.replace(",", ".")),
    value: (x) => `CASE WHEN NOT contains(${x}, '.') THEN ${rule.value(toPoint(x))} END`,
    text: (v) => `replace(${rule.text(v)}, '.', ',')`,
    isExact: rule.isExact,
    ...(rule.formOf !== undefined && { formOf: "double_comma" }),
  };
}

const points: readonly TypeRule[] = [...doubleForms, double];

/** From the narrowest to the widest: the first that holds for every cell is the column's type. */
export const numberRules: readonly TypeRule[] = [
  wholeNumber,
  largeWholeNumber,
  ...points,
  ...decimalForms,
  ...SCALES.map(decimalRule),
  ...points.map(withComma),
];

/** True for a rule that takes numbers with decimals behind a comma. */
export function isCommaRule({ id }: TypeRule): boolean {
  return id.startsWith("double_comma");
}

/** True for a rule that takes numbers with decimals behind a point. */
export function isPointRule(rule: TypeRule): boolean {
  return /^(double|decimal)/.test(rule.id) && !isCommaRule(rule);
}
