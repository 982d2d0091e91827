/** How much a separator is believed before anybody has looked: a colon or a space is more often text. */
const KNOWN: Readonly<Record<string, number>> = {
  ",": 1,
  ";": 1,
  "\t": 1,
  "|": 1,
  "\u0001": 0.9,
  "\u001f": 0.9,
  "||": 0.9,
  "::": 0.8,
  ";;": 0.8,
  "^": 0.8,
  "~": 0.8,
  "§": 0.8,
  "¦": 0.8,
  ":": 0.5,
  " ": 0.5,
  "#": 0.4,
  "&": 0.4,
  "*": 0.4,
  "@": 0.3,
  "!": 0.3,
  "=": 0.3,
  "/": 0.2,
};

/** Signs that one finds together in every line, `|~|` or `;|;` or ` | `, are hardly there by chance. */
const TRUST_IN_SIGNS = 0.95;
const TRUST_IN_A_SIGN = 0.7;

const LINES = 200;
const MAX_FOUND = 6;

/** Signs together; signs with a space on either side; one sign that is no punctuation of text or numbers. */
const SIGNS = /[^\p{L}\p{N}\s"']{2,4}/gu;
const SPACED_SIGN = / [|;^~¦] /g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: some files are separated by them
const LONE_SIGN = /[\u0001-\u0008\u000e-\u001f]|[^\p{L}\p{M}\p{N}\s"'.,;:_()%$€£+-]/gu;

/** The separators a text may have, with how much each is believed: the usual ones first, then what occurs in it. */
export function delimitersIn(sample: string): ReadonlyMap<string, number> {
  const lines = sample.split(/\r\n|\r|\n/, LINES).filter((line) => line.trim() !== "");
  const trust = new Map(Object.entries(KNOWN));
  const add = (found: readonly string[], belief: number) => {
    for (const sign of found) if (!trust.has(sign)) trust.set(sign, belief);
  };
  add(frequent(lines, SIGNS), TRUST_IN_SIGNS);
  add(frequent(lines, SPACED_SIGN), TRUST_IN_SIGNS + 0.1);
  add(frequent(lines, LONE_SIGN), TRUST_IN_A_SIGN);
  return trust;
}

/** What stands in nearly every line. */
function frequent(lines: readonly string[], pattern: RegExp): string[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    for (const sign of new Set(line.match(pattern))) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= lines.length * 0.8)
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_FOUND)
    .map(([sign]) => sign);
}
