/**
 * Says of one cell, given as bytes of UTF-8, that DuckDB's CSV reader asked for the type makes the very value of it that
 * the rule's `value` makes. May be too strict, never too generous. It costs a hundredth of asking SQL about the cell.
 */
export type CellProof = (bytes: Uint8Array, from: number, to: number) => boolean;

/**
 * A type a column of text may have, as a claim about every cell: `value` is SQL for the typed value, and NULL where
 * typing the text would lose something of it. `looks` says the same of one text in JavaScript but may be generous;
 * it only saves asking SQL about types that the first rows have ruled out.
 */
export interface TypeRule {
  /** Stable name, kept in the catalogue together with `spelling`. */
  readonly id: string;
  /** DuckDB's name of the type. */
  readonly type: string;
  /** How the texts were written, so that they can be given back. */
  readonly spelling: string;
  looks(text: string): boolean;
  /** `x` is SQL for the text, without padding where the column has any. */
  value(x: string): string;
  /** Where it holds for every cell, the text need not be seen by SQL at all. */
  readonly proves?: CellProof;
  /** SQL for the text that a value was written as, `v` being SQL for the value. */
  text(v: string): string;
  /** Every text that the rule takes comes back from its value. Of the others a few are kept beside the table. */
  readonly isExact: boolean;
  /** The rule, with more spellings, of which this one takes a single one. */
  readonly formOf?: string;
}

/** The rules that none of these texts rules out. */
export function rulesFitting(rules: readonly TypeRule[], texts: readonly string[]): TypeRule[] {
  return rules.filter((rule) => texts.every((text) => rule.looks(text)));
}

/** Texts that stay as they are. Not one of the rules: what is left when none holds. */
export const TEXT_TYPE = "VARCHAR";

/** A cast that must give back its own text: `007`, `+1`, `1e3` and ` 1` are refused by `back` differing from it. */
export function exactCast(x: string, type: string, back = `TRY_CAST(${x} AS ${type})::VARCHAR`): string {
  return `CASE WHEN ${back} = ${x} THEN TRY_CAST(${x} AS ${type}) END`;
}
