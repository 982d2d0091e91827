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
}

/** Texts that stay as they are. Not one of the rules: what is left when none holds. */
export const TEXT_TYPE = "VARCHAR";

/** A cast that must give back its own text: `007`, `+1`, `1e3` and ` 1` are refused by `back` differing from it. */
export function exactCast(x: string, type: string, back = `TRY_CAST(${x} AS ${type})::VARCHAR`): string {
  return `CASE WHEN ${back} = ${x} THEN TRY_CAST(${x} AS ${type}) END`;
}
