/**
 * Decimal numbers that are all written in one way, so that the way is a fact of the column and each text comes back
 * from its value: `1.50` and `2.00`, or `1.5` and `2`, or `1.5` and `2.0` as Python writes them.
 */
import { fitsDouble, SAFE_DIGITS, significantDigits } from "./double-value.ts";
import { provesDecimal, provesFixed, provesPoint, provesShortest } from "./number-proofs.ts";
import { exactCast, type TypeRule } from "./type-rule.ts";

const MAX_DOUBLE_DECIMALS = 15;
const MAX_DECIMALS = 30;

/** SQL for the shortest text of a double, `2` for two. */
export function shortestText(v: string): string {
  return `regexp_replace((${v})::VARCHAR, '\\.0$', '')`;
}

/** SQL for a text with a decimal comma as one with a point. */
export function toPoint(x: string): string {
  return `replace(${x}, ',', '.')`;
}

/** SQL: not infinity and its kin, which are doubles too. */
function isNoWord(x: string): string {
  return `${x} NOT IN ('inf', '-inf', 'nan', '-nan')`;
}

/** Any text with so many digits comes back from its double if it is printed with as many decimals. */
function fixedDouble(decimals: number): TypeRule {
  const shape = `-?(0|[1-9][0-9]*)\\.[0-9]{${decimals}}`;
  const looks = new RegExp(`^-?(0|[1-9]\\d*)\\.\\d{${decimals}}$`);
  return {
    id: `double_fixed_${decimals}`,
    type: "DOUBLE",
    spelling: `decimal point, always ${decimals} decimal${decimals === 1 ? "" : "s"}`,
    looks: (text) => looks.test(text) && text.replace(/^[-0.]*/, "").replace(".", "").length <= SAFE_DIGITS,
    value: (x) => `CASE WHEN regexp_full_match(${x}, '${shape}') AND ${significantDigits(x)} <= ${SAFE_DIGITS}
      THEN TRY_CAST(${x} AS DOUBLE) END`,
    proves: provesFixed(decimals),
    text: (v) => `printf('%.${decimals}f', ${v})`,
    isExact: true,
    formOf: "double",
  };
}

const shortest: TypeRule = {
  id: "double_shortest",
  type: "DOUBLE",
  spelling: "decimal point",
  looks: (text) => /^-?(0|[1-9]\d*)(\.\d*[1-9])?([eE][-+]\d+)?$/.test(text) && fitsDouble(text),
  value: (x) => {
    const number = `TRY_CAST(${x} AS DOUBLE)`;
    const back = `${number}::VARCHAR`;
    const isOwn = `(${back} = ${x} || '.0' OR (${back} = ${x} AND NOT suffix(${x}, '.0')))`;
    return `CASE WHEN ${isOwn} AND ${isNoWord(x)} THEN ${number} END`;
  },
  proves: provesShortest,
  text: shortestText,
  isExact: true,
  formOf: "double",
};

const withPoint: TypeRule = {
  id: "double_point",
  type: "DOUBLE",
  spelling: "decimal point, 2.0 for two",
  looks: (text) => /^-?(0|[1-9]\d*)\.(\d*[1-9]|0)([eE][-+]\d+)?$|^-?[1-9]e[-+]\d+$/.test(text) && fitsDouble(text),
  value: (x) => {
    const number = `TRY_CAST(${x} AS DOUBLE)`;
    return `CASE WHEN ${number}::VARCHAR = ${x} AND ${isNoWord(x)} THEN ${number} END`;
  },
  proves: provesPoint,
  text: (v) => `${v}::VARCHAR`,
  isExact: true,
  formOf: "double",
};

/** The likeliest first: what is seen once in few cells is taken for the rule. */
export const doubleForms: readonly TypeRule[] = [
  ...Array.from({ length: MAX_DOUBLE_DECIMALS }, (_, index) => fixedDouble(index + 1)),
  shortest,
  withPoint,
];

function fixedDecimal(scale: number): TypeRule {
  const type = `DECIMAL(38,${scale})`;
  const looks = new RegExp(`^-?(0|[1-9]\\d*)\\.\\d{${scale}}$`);
  return {
    id: `decimal_fixed_${scale}`,
    type,
    spelling: `decimal point, always ${scale} decimal${scale === 1 ? "" : "s"}, more digits than a double holds`,
    looks: (text) => looks.test(text),
    value: (x) => exactCast(x, type),
    proves: provesDecimal(scale),
    text: (v) => `${v}::VARCHAR`,
    isExact: true,
    formOf: "decimal",
  };
}

export const decimalForms: readonly TypeRule[] = Array.from({ length: MAX_DECIMALS }, (_, index) =>
  fixedDecimal(index + 1),
);
