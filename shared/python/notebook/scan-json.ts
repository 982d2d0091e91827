/** Where the values of a JSON text stand, so that one of them can be changed and every other byte left alone. */
export type JsonSpan = { start: number; end: number } & (
  | { is: "object"; members: Map<string, JsonSpan> }
  | { is: "array"; items: JsonSpan[] }
  | { is: "string" }
  | { is: "other" }
);

/** Deeper than any notebook. */
const MAX_DEPTH = 100;

/** The spans of a text that `JSON.parse` accepts; undefined where it is nested too deeply. */
export function scanJson(text: string): JsonSpan | undefined {
  let at = 0;
  const skip = () => {
    while (/[ \t\r\n]/.test(text[at] ?? "")) at++;
  };
  const scanString = (): JsonSpan => {
    const start = at++;
    while (text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
    return { is: "string", start, end: ++at };
  };
  const scanList = (close: string, item: () => void): number => {
    at++;
    for (skip(); text[at] !== close; skip()) {
      item();
      skip();
      if (text[at] === ",") at++;
    }
    return ++at;
  };
  const scanValue = (depth: number): JsonSpan => {
    if (depth > MAX_DEPTH) throw new RangeError("too deep");
    const start = at;
    if (text[at] === '"') return scanString();
    if (text[at] === "{") {
      const members = new Map<string, JsonSpan>();
      const end = scanList("}", () => {
        const key = scanString();
        skip();
        at++;
        skip();
        members.set(JSON.parse(text.slice(key.start, key.end)), scanValue(depth + 1));
      });
      return { is: "object", start, end, members };
    }
    if (text[at] === "[") {
      const items: JsonSpan[] = [];
      const end = scanList("]", () => void items.push(scanValue(depth + 1)));
      return { is: "array", start, end, items };
    }
    while (/[^,\]}\s]/.test(text[at] ?? ",")) at++;
    return { is: "other", start, end: at };
  };
  try {
    skip();
    return scanValue(0);
  } catch {
    return undefined;
  }
}

/** The place in the JSON text of a character of the string at `span`. */
export function rawOffset(text: string, span: JsonSpan, offset: number): number {
  let at = span.start + 1;
  for (let left = offset; left > 0; left--) at += text[at] !== "\\" ? 1 : text[at + 1] === "u" ? 6 : 2;
  return at;
}
