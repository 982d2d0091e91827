/** A double keeps any 15 significant digits; beyond that only its own shortest text proves that it kept them. */
export const SAFE_DIGITS = 15;

/** The shortest text of a double has no more digits that say something (IEEE 754, 5.12.2). */
const MOST_DIGITS = 17;

/** False for a number of more digits than the text of any double has: it would come back as another one. */
export function fitsDouble(text: string): boolean {
  const digits = text.replace(/[eE].*$/, "").replace(".", "");
  return digits.replace(/^[-0]*/, "").replace(/0*$/, "").length <= MOST_DIGITS;
}

const PLAIN_OR_SCIENTIFIC = "-?(0|[1-9][0-9]*)?(\\.[0-9]+)?([eE][-+][0-9]{1,2})?|-?[0-9]\\.[0-9]+[eE][0-9]{1,2}";

/**
 * Number with a fraction or an exponent. `1e5` without sign and point stays text: codes of products look like that.
 * The first case is what nearly all cells are, and each mention of the number is a cast; only the rarest need the
 * regular expression.
 */
export function doubleValue(x: string): string {
  const number = `TRY_CAST(${x} AS DOUBLE)`;
  const back = `${number}::VARCHAR`;
  return `CASE
    WHEN (${back} = ${x} OR ${back} = ${x} || '.0') AND ${x} NOT IN ('inf', '-inf', 'nan', '-nan') THEN ${number}
    WHEN ${number} IS NULL OR NOT isfinite(${number}) THEN NULL
    WHEN contains(${x}, '.') AND NOT contains(${back}, 'e') AND rtrim(${back}, '0') = rtrim(${x}, '0') THEN ${number}
    WHEN regexp_full_match(${x}, '${PLAIN_OR_SCIENTIFIC}') AND ${significantDigits(x)} <= ${SAFE_DIGITS} THEN ${number}
  END`;
}

/** SQL for the number of digits of a number's text that say something. */
export function significantDigits(x: string): string {
  return `length(translate(ltrim(regexp_replace(${x}, '[eE].*$', ''), '-0.'), '.', ''))`;
}
