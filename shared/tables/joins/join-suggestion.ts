/** One side of a join. */
export interface JoinSide {
  table: string;
  column: string;
}

/** Two columns that belong together. Each value of `one` stands in one row only, so a join adds no rows. */
export interface JoinCandidate {
  many: JoinSide;
  one: JoinSide;
  /** What speaks for it beside the values. */
  because: "name" | "values";
}

/** A candidate whose values were looked at. */
export interface JoinSuggestion extends JoinCandidate {
  /** Rows of `many` that were looked at, drawn at random among those with a value. */
  sampled: number;
  /** Those of them whose value stands in `one`. */
  matching: number;
}

/** Below it two columns are alike by chance. Without a name that speaks for it, nearly all values must match. */
const LEAST_SHARE = { name: 0.5, values: 0.9 };

/** Whether the values bear out what names and types suggest. */
export function isConvincing({ because, sampled, matching }: JoinSuggestion): boolean {
  return sampled > 0 && matching / sampled >= LEAST_SHARE[because];
}
