import { provesDouble, provesWholeNumber } from "./number-proofs.ts";
import { exactCast, type TypeRule } from "./type-rule.ts";

const wholeNumber: TypeRule = {
  id: "bigint",
  type: "BIGINT",
  spelling: "whole numbers",
  looks: (text) => /^(0|-?[1-9]\d{0,18})$/.test(text),
  value: (x) => exactCast(x, "BIGINT"),
  proves: provesWholeNumber,
};

const largeWholeNumber: TypeRule = {
  id: "hugeint",
  type: "HUGEINT",
  spelling: "whole numbers, some beyond 64 bits",
  looks: (text) => /^(0|-?[1-9]\d{0,38})$/.test(text),
  value: (x) => exactCast(x, "HUGEINT"),
};

/** A double keeps any 15 significant digits; beyond that only its own shortest text proves that it kept them. */
const SAFE_DIGITS = 15;

const PLAIN_OR_SCIENTIFIC = "-?(0|[1-9][0-9]*)?(\\.[0-9]+)?([eE][-+][0-9]{1,2})?|-?[0-9]\\.[0-9]+[eE][0-9]{1,2}";

/**
 * Number with a fraction or an exponent. `1e5` without sign and point stays text: codes of products look like that.
 * The first case is what nearly all cells are, and each mention of the number is a cast; only the rarest need the
 * regular expression.
 */
function doubleValue(x: string): string {
  const number = `TRY_CAST(${x} AS DOUBLE)`;
  const back = `${number}::VARCHAR`;
  const digits = `length(translate(ltrim(regexp_replace(${x}, '[eE].*$', ''), '-0.'), '.', ''))`;
  return `CASE
    WHEN (${back} = ${x} OR ${back} = ${x} || '.0') AND ${x} NOT IN ('inf', '-inf', 'nan', '-nan') THEN ${number}
    WHEN ${number} IS NULL OR NOT isfinite(${number}) THEN NULL
    WHEN contains(${x}, '.') AND NOT contains(${back}, 'e') AND rtrim(${back}, '0') = rtrim(${x}, '0') THEN ${number}
    WHEN regexp_full_match(${x}, '${PLAIN_OR_SCIENTIFIC}') AND ${digits} <= ${SAFE_DIGITS} THEN ${number}
  END`;
}

const double: TypeRule = {
  id: "double",
  type: "DOUBLE",
  spelling: "decimal point",
  looks: (text) => /^-?\d*(\.\d*)?([eE][-+]?\d{1,3})?$/.test(text) && /\d/.test(text) && !/^-?0\d/.test(text),
  value: doubleValue,
  proves: provesDouble,
};

/** `1,5`. Whether `1,234` is one or a thousand nobody can know; `guess-types.ts` asks for a cell that tells. */
const doubleWithComma: TypeRule = {
  id: "double_comma",
  type: "DOUBLE",
  spelling: "decimal comma",
  looks: (text) => /^-?(0|[1-9]\d*)(,\d+)?$/.test(text),
  value: (x) => `CASE WHEN NOT contains(${x}, '.') THEN ${doubleValue(`replace(${x}, ',', '.')`)} END`,
};

/** Digits behind the point that a DECIMAL of 38 digits may have and still leave room before it. */
const SCALES = [2, 4, 6, 9, 12, 18, 24, 30] as const;

/** More digits than a double holds: amounts in a ledger, coordinates to the nanometre. */
function decimalRule(scale: number): TypeRule {
  const shape = `-?(0|[1-9][0-9]*)(\\.[0-9]{1,${scale}})?`;
  const pattern = new RegExp(`^(${shape})$`);
  return {
    id: `decimal_${scale}`,
    type: `DECIMAL(38,${scale})`,
    spelling: "decimal point, more digits than a double holds",
    looks: (text) => pattern.test(text),
    value: (x) => `CASE WHEN regexp_full_match(${x}, '${shape}') THEN TRY_CAST(${x} AS DECIMAL(38,${scale})) END`,
  };
}

/** From the narrowest to the widest: the first that holds for every cell is the column's type. */
export const numberRules: readonly TypeRule[] = [
  wholeNumber,
  largeWholeNumber,
  double,
  ...SCALES.map(decimalRule),
  doubleWithComma,
];
