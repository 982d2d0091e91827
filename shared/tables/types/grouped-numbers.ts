/**
 * Numbers whose thousands stand apart: `1.250,50` and `999,50`, or `1,250.50`. Only where somebody said which mark is the
 * decimal one, because `1,250` alone may be a little over one.
 */
import type { DecimalMark } from "./asked-numbers.ts";
import { SAFE_DIGITS } from "./double-value.ts";
import type { TypeRule } from "./type-rule.ts";

const MAX_DECIMALS = 6;

/** One rule for each number of decimals, the same in all cells: then every text comes back from its value. */
export function groupedRules(decimal: DecimalMark): TypeRule[] {
  return Array.from({ length: MAX_DECIMALS + 1 }, (_, decimals) => groupedRule(decimal, decimals));
}

function groupedRule(decimal: DecimalMark, decimals: number): TypeRule {
  const group = decimal === "." ? "," : "[.]";
  const point = decimal === "." ? "[.]" : ",";
  const end = decimals === 0 ? "" : `${point}[0-9]{${decimals}}`;
  const shape = `-?(0|[1-9][0-9]{0,2}(${group}[0-9]{3})*)${end}`;
  const looks = new RegExp(`^${shape}$`);
  const type = decimals === 0 ? "BIGINT" : "DOUBLE";
  const name = decimal === "." ? "double_grouped" : "double_comma_grouped";
  return {
    id: `${name}_${decimals}`,
    type,
    spelling: `decimal ${decimal === "." ? "point" : "comma"}, ${decimals} decimals, thousands apart`,
    looks: (text) => text !== "-0" && looks.test(text) && text.replace(/\D/g, "").length <= SAFE_DIGITS,
    value: (x) => `CASE WHEN regexp_full_match(${x}, '${shape}') AND ${x} <> '-0'
      AND length(regexp_replace(${x}, '[^0-9]', '', 'g')) <= ${SAFE_DIGITS}
      THEN TRY_CAST(${plainNumber(x, decimal)} AS ${type}) END`,
    text: (v) => groupedText(v, decimal, decimals),
    isExact: true,
  };
}

function plainNumber(x: string, decimal: DecimalMark): string {
  return decimal === "." ? `replace(${x}, ',', '')` : `replace(replace(${x}, '.', ''), ',', '.')`;
}

function groupedText(v: string, decimal: DecimalMark, decimals: number): string {
  const text = decimals === 0 ? `format('{:,}', ${v})` : `format('{:,.${decimals}f}', ${v})`;
  return decimal === "." ? text : `translate(${text}, ',.', '.,')`;
}
