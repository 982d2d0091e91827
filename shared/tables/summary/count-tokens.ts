/**
 * How many tokens of a language model a text takes, without a model's vocabulary: weights per kind of character, chosen
 * so that summaries of real data come out a little above what common tokenizers count. Words take 3 to 5 letters per
 * token, digits two, most marks one of their own, scripts beyond Latin up to one per character, pictures three.
 */
export function countTokens(text: string): number {
  let tokens = 0;
  let before: Kind = "space";
  for (const character of text) {
    const kind = kindOf(character.codePointAt(0) ?? 0);
    tokens += WEIGHTS[kind];
    if (isMixed(before, kind)) tokens += MIXED;
    before = kind;
  }
  return Math.ceil(tokens);
}

const WEIGHTS = { space: 0.1, lower: 0.3, upper: 0.45, digit: 0.6, mark: 0.75, letter: 0.8, sign: 1.5, picture: 3 };
type Kind = keyof typeof WEIGHTS;

/** Letters and digits by turns, as hashes and part numbers have them, make short tokens. */
const MIXED = 0.5;

function isMixed(before: Kind, kind: Kind): boolean {
  return (
    (before === "digit") !== (kind === "digit") && [before, kind].some((one) => one === "lower" || one === "upper")
  );
}

function kindOf(code: number): Kind {
  if (code >= 0x10000) return "picture";
  if (code >= 0x2e80) return "sign";
  if (code >= 0x80) return "letter";
  if (code === 0x20) return "space";
  if (code >= 0x61 && code <= 0x7a) return "lower";
  if (code >= 0x30 && code <= 0x39) return "digit";
  return code >= 0x41 && code <= 0x5a ? "upper" : "mark";
}
