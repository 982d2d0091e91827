import type { ColumnName } from "../column-names.ts";
import { findAsked } from "../types/asked-columns.ts";
import { guessType, type TypeGuess } from "../types/guess-types.ts";
import type { CellProof, TypeRule } from "../types/type-rule.ts";
import type { Typing } from "../types/typing.ts";
import type { ProvenCount } from "./count-records.ts";
import type { TextRecord } from "./parse-records.ts";

/** Records that say which types a column can have. */
const SAMPLE_RECORDS = 2000;

/** What is thought of a column's type before it is loaded. */
export interface ColumnGuess extends TypeGuess {
  /** Every cell of the file was seen to be of the first rule. */
  isProven: boolean;
}

/** What guesses are made from. */
export interface GuessBasis {
  columns: readonly ColumnName[];
  typing: Typing;
  /** The first records of data. */
  records: readonly TextRecord[];
}

/** What the first records leave possible for each column. */
export function guessColumns(basis: GuessBasis): ColumnGuess[] {
  return basis.columns.map((_, index) => guessColumn(basis, index));
}

/** What has to be seen in every cell of the column so that its guess is proven. */
export function proofOf({ rules, isOpen, isPadded }: TypeGuess): CellProof | undefined {
  return isOpen || isPadded ? undefined : rules[0]?.proves;
}

/** The guesses after the count: proven, or made again with the cell that refuted them among the first records. */
export function afterCount(
  guesses: readonly ColumnGuess[],
  basis: GuessBasis,
  { refutations }: ProvenCount,
): ColumnGuess[] {
  return guesses.map((guess, index) => {
    const refutation = refutations.get(index);
    if (refutation !== undefined) return guessColumn(basis, index, refutation);
    return { ...guess, isProven: proofOf(guess) !== undefined };
  });
}

/** The first records do not decide about a type that was asked for: every row does. */
function guessColumn({ columns, typing, records }: GuessBasis, index: number, ...more: string[]): ColumnGuess {
  const column = columns[index];
  const asked = column && findAsked(typing, column);
  const cells = records.slice(0, SAMPLE_RECORDS).map((record) => record.cells[index]);
  if (asked !== undefined) {
    const rules = withoutRefuted(asked.rules, cells, typing);
    return { rules, isPadded: false, isOpen: rules.length > 0 || typing.nullsInText, isProven: false };
  }
  return { ...guessType([...cells, ...more], typing), isProven: false };
}

/** Not asking every row about what the first ones have ruled out; one rule remains, to say what does not fit. */
function withoutRefuted(rules: readonly TypeRule[], cells: readonly (string | undefined)[], { nulls }: Typing) {
  const values = cells.map((cell) => cell?.trim() ?? "").filter((cell) => cell !== "" && !nulls.has(cell));
  return rules.filter((rule) => rule === rules.at(-1) || values.every((value) => rule.looks(value)));
}
