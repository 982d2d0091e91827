/** Types that somebody asked for a column. They may be laxer about spelling than types that are found, never about values. */
import { quoteText } from "../sql-text.ts";
import type { DecimalMark } from "./asked-numbers.ts";
import { isCommaRule, isPointRule } from "./number-rules.ts";
import type { TypeRule } from "./type-rule.ts";
import { typeRules } from "./type-rules.ts";

/** Other names that people have for a type. */
const SYNONYMS: Readonly<Record<string, string>> = {
  TEXT: "VARCHAR",
  STRING: "VARCHAR",
  INT: "INTEGER",
  FLOAT: "DOUBLE",
  NUMERIC: "DECIMAL",
  BOOL: "BOOLEAN",
  DATETIME: "TIMESTAMP",
};

/**
 * The rules of an asked type in order of preference, none for text: first those that keep the spelling, then one that
 * takes every spelling of a value. `DATE(%d/%m/%Y)` takes that spelling only.
 */
export function askedRules(type: string, decimal: DecimalMark): readonly TypeRule[] {
  const [, word = "", options] = /^\s*([a-z]+)\s*(?:\((.*)\))?\s*$/is.exec(type) ?? [];
  const name = SYNONYMS[word.toUpperCase()] ?? word.toUpperCase();
  if (name === "VARCHAR") return [];
  if (name === "DECIMAL") return [decimalRule(options ?? "18,3", decimal)];
  if (options !== undefined) return [formatRule(name, options)];
  const lax = laxRule(name, decimal);
  const found = typeRules.filter((rule) => rule.type === name && isOfMark(rule, decimal));
  return lax === undefined ? found : [...found, lax];
}

function isOfMark(rule: TypeRule, decimal: DecimalMark): boolean {
  return !(decimal === "," ? isPointRule : isCommaRule)(rule);
}

function laxRule(name: string, decimal: DecimalMark): TypeRule | undefined {
  switch (name) {
    case "INTEGER":
    case "BIGINT":
    case "HUGEINT":
      return rule(name, (x) => `CASE WHEN regexp_full_match(${x}, '[-+]?[0-9]+') THEN TRY_CAST(${x} AS ${name}) END`);
    case "DOUBLE":
      return rule(name, (x) => {
        const number = `TRY_CAST(${withPoint(x, decimal)} AS DOUBLE)`;
        return `CASE WHEN isfinite(${number}) THEN ${number} END`;
      });
    case "BOOLEAN":
      return rule(
        name,
        (x) => `CASE WHEN lower(${x}) IN ('true', 't', 'yes', 'y', 'on', '1') THEN true
          WHEN lower(${x}) IN ('false', 'f', 'no', 'n', 'off', '0') THEN false END`,
      );
    case "TIMESTAMP":
      // A cast takes the zone of `+02:00` into account and drops it; only the forms without one are sure.
      return rule(
        name,
        (x) => `CASE WHEN regexp_full_match(${x}, '\\d{4}-\\d\\d?-\\d\\d?([T ]\\d\\d?:\\d\\d(:\\d\\d(\\.\\d{1,6})?)?)?')
          THEN TRY_CAST(${x} AS TIMESTAMP) END`,
      );
    default:
      return undefined;
  }
}

/** Every digit must fit: a cast alone would round `1.239` to the scale. */
function decimalRule(options: string, decimal: DecimalMark): TypeRule {
  const [width = 18, scale = 0] = options.split(",").map((part) => Number(part.trim()));
  const type = `DECIMAL(${width},${scale})`;
  return rule(type, (x) => {
    const text = withPoint(x, decimal);
    return `CASE WHEN regexp_full_match(${text}, '[-+]?[0-9]*(\\.[0-9]{0,${scale}}0*)?') THEN TRY_CAST(${text} AS ${type}) END`;
  });
}

function formatRule(name: string, format: string): TypeRule {
  return rule(name, (x) => `CAST(try_strptime(${x}, ${quoteText(format)}) AS ${name})`, format);
}

function withPoint(x: string, decimal: DecimalMark): string {
  // A point in a text with decimal commas stands between thousands, or is a mistake: then it is no number.
  return decimal === "." ? x : `replace(replace(${x}, '.', '?'), ',', '.')`;
}

function rule(type: string, value: (x: string) => string, spelling = "as asked"): TypeRule {
  return {
    id: `asked_${type}`,
    type,
    spelling,
    looks: () => true,
    value,
    text: (v) => `${v}::VARCHAR`,
    isExact: false,
  };
}
