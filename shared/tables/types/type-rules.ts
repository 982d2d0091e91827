import { numberRules } from "./number-rules.ts";
import { timeRules } from "./time-rules.ts";
import type { CellProof, TypeRule } from "./type-rule.ts";

/** One spelling per rule, so that a boolean can be written as it was. `yes` and `1` are not booleans by themselves. */
function booleanRule(yes: string, no: string): TypeRule {
  return {
    id: `boolean_${yes}`,
    type: "BOOLEAN",
    spelling: `${yes}/${no}`,
    looks: (text) => text === yes || text === no,
    value: (x) => `CASE ${x} WHEN '${yes}' THEN true WHEN '${no}' THEN false END`,
    proves: provesEither(yes, no),
    text: (v) => `CASE ${v} WHEN true THEN '${yes}' WHEN false THEN '${no}' END`,
    isExact: true,
  };
}

function provesEither(yes: string, no: string): CellProof {
  const [one, other] = [Buffer.from(yes), Buffer.from(no)];
  return (bytes, from, to) => isAt(bytes, from, to, one) || isAt(bytes, from, to, other);
}

function isAt(bytes: Uint8Array, from: number, to: number, spelling: Uint8Array): boolean {
  if (to - from !== spelling.length) return false;
  for (let index = 0; index < spelling.length; index++) if (bytes[from + index] !== spelling[index]) return false;
  return true;
}

/** Every type a column of text may get, in the order in which they are preferred. */
export const typeRules: readonly TypeRule[] = [
  booleanRule("true", "false"),
  booleanRule("True", "False"),
  booleanRule("TRUE", "FALSE"),
  ...numberRules,
  ...timeRules,
];

/** Spellings that mean "no value" in a column that otherwise has a type; in a column of text they stay what they are. */
export const NULL_SPELLINGS: ReadonlySet<string> = new Set(
  "NA N/A n/a na NULL null Null None none NaN nan NAN #N/A <NA> \\N nil".split(" "),
);
