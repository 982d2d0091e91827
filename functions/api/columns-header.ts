/** API Gateway takes 10 KB of headers, all of them together. */
const MAX_CHARACTERS = 4096;

/**
 * The columns of an answer that has no place for them: `cubby-columns`, JSON in ASCII. Where they are too many for a
 * header, their types alone (`cubby-column-types`), as the names stand in the content itself: a list of a type, the
 * number of columns in a row that have it, the next type … And where even that is too long, neither: `DESCRIBE` in
 * front of the statement tells them.
 */
export function columnsHeader(columns: readonly { name: string; type: string }[]): Record<string, string> {
  const full = inAscii(columns);
  if (full.length <= MAX_CHARACTERS) return { "cubby-columns": full };
  const types = inAscii(runsOf(columns.map(({ type }) => type)));
  return types.length <= MAX_CHARACTERS ? { "cubby-column-types": types } : {};
}

/** `["VARCHAR", 120, "DOUBLE", 3]`: 120 columns of text, then three of numbers. */
function runsOf(types: readonly string[]): (string | number)[] {
  const runs: (string | number)[] = [];
  for (const [index, type] of types.entries()) {
    if (type === types[index - 1]) runs.push(Number(runs.pop()) + 1);
    else runs.push(type, 1);
  }
  return runs;
}

function inAscii(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, escapeCharacter);
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
