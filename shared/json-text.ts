/**
 * JSON as text. What `JSON.parse` makes of a text has lost some of it: digits beyond a double's, the order of keys that
 * look like numbers, 1.10 as against 1.1. So values that have to come back as they came are kept as the text they were.
 */

/** The members of a JSON object's text, each value as it stands there. The text has to be valid: parse it first. */
export function rawMembers(text: string): Map<string, string> {
  const members = new Map<string, string>();
  let at = skipSpace(text, 0) + 1; // behind the brace
  for (;;) {
    at = skipSpace(text, at);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    if (text[at] !== '"') return members;
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const start = skipSpace(text, skipSpace(text, nameEnd) + 1); // behind the colon
    at = endOfValue(text, start);
    members.set(name, text.slice(start, at)); // of two with one name the last one counts, as for JSON.parse
  }
}

/** An object's text from its members' own texts. */
export function toObjectText(members: Iterable<readonly [name: string, raw: string]>): string {
  return `{${Array.from(members, ([name, raw]) => `${JSON.stringify(name)}:${raw}`).join(",")}}`;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (" \t\n\r".includes(text[at] ?? "x")) at++;
  return at;
}

/** Behind the closing quote of the string that begins here. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) throw new Error("Cannot cut a text that is not JSON");
    let slashes = 0;
    while (text[quote - 1 - slashes] === "\\") slashes++;
    if (slashes % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

/** Behind the value that begins here. */
function endOfValue(text: string, start: number): number {
  const first = text[start];
  if (first === '"') return endOfString(text, start);
  if (first === "{" || first === "[") return endOfNested(text, start);
  const rest = /[\s,}\]]/g;
  rest.lastIndex = start;
  return rest.exec(text)?.index ?? text.length;
}

function endOfNested(text: string, start: number): number {
  const marks = /["{}[\]]/g;
  marks.lastIndex = start;
  let depth = 0;
  for (let mark = marks.exec(text); mark !== null; mark = marks.exec(text)) {
    if (mark[0] === '"') marks.lastIndex = endOfString(text, mark.index);
    else depth += mark[0] === "{" || mark[0] === "[" ? 1 : -1;
    if (depth === 0) return marks.lastIndex;
  }
  throw new Error("Cannot cut a text that is not JSON");
}
