/** Percentages and amounts of money: numbers only where somebody asked, because a sign says what the number means. */
import { quoteText } from "../sql-text.ts";
import { shortestText } from "./number-forms.ts";
import type { TypeRule } from "./type-rule.ts";

export type DecimalMark = "." | ",";

const SYMBOLS = [
  "$",
  "€",
  "£",
  "¥",
  "₹",
  "₽",
  "₺",
  "₩",
  "R$",
  "kr",
  "zł",
  "Kč",
  "Ft",
  "Fr.",
  "CHF",
  "USD",
  "EUR",
  "GBP",
];

/** More digits than a double surely keeps; such a column stays text. */
const MAX_DIGITS = 15;

/** `12.5%` is 0.125. The exponent is moved in the text, so that the number is rounded once. */
export function percentRules(decimal: DecimalMark): TypeRule[] {
  return [
    {
      id: "percent",
      type: "DOUBLE",
      spelling: "percentages, as fractions",
      looks: (text) => text.endsWith("%"),
      value: (x) => `CASE WHEN suffix(${x}, '%') THEN ${numberSql(`rtrim(rtrim(${x}, '%'))`, decimal, "e-2")} END`,
      text: (v) => `${shortestText(`${v} * 100`)} || '%'`,
      isExact: false,
    },
  ];
}

/** One rule for each symbol and its place: a column in two currencies is no column of numbers. */
export function currencyRules(decimal: DecimalMark): TypeRule[] {
  return SYMBOLS.flatMap((symbol) => [beforeRule(symbol, decimal), afterRule(symbol, decimal)]);
}

function beforeRule(symbol: string, decimal: DecimalMark): TypeRule {
  const sign = quoteText(symbol);
  const bare = (x: string) => `ltrim(substr(ltrim(${x}, '-'), ${symbol.length + 1}))`;
  return {
    id: `currency_before_${symbol}`,
    type: "DOUBLE",
    spelling: `amounts in ${symbol}`,
    looks: (text) => text.replace(/^-/, "").startsWith(symbol),
    value: (x) => `CASE WHEN starts_with(${x}, ${sign}) THEN ${numberSql(bare(x), decimal)}
      WHEN starts_with(${x}, '-' || ${sign}) THEN -${numberSql(bare(x), decimal)} END`,
    text: shortestText,
    isExact: false,
  };
}

function afterRule(symbol: string, decimal: DecimalMark): TypeRule {
  const bare = (x: string) => `rtrim(substr(${x}, 1, length(${x}) - ${symbol.length}))`;
  return {
    id: `currency_after_${symbol}`,
    type: "DOUBLE",
    spelling: `amounts in ${symbol}`,
    looks: (text) => text.endsWith(symbol),
    value: (x) => `CASE WHEN suffix(${x}, ${quoteText(symbol)}) THEN ${numberSql(bare(x), decimal)} END`,
    text: shortestText,
    isExact: false,
  };
}

/** The number that a text spells with or without separators between its thousands; NULL for any other text. */
function numberSql(text: string, decimal: DecimalMark, exponent = ""): string {
  const [point, group] = decimal === "." ? ["\\.", ","] : [",", "[.]"];
  const shape = `-?([0-9]+|[0-9]{1,3}(${group}[0-9]{3})+)(${point}[0-9]+)?`;
  const other = decimal === "." ? "," : ".";
  const plain = `replace(replace(${text}, '${other}', ''), '${decimal}', '.')`;
  return `(CASE WHEN regexp_full_match(${text}, '${shape}') AND length(regexp_replace(${text}, '[^0-9]', '', 'g')) <= ${MAX_DIGITS}
    THEN TRY_CAST(${plain} || '${exponent}' AS DOUBLE) END)`;
}
