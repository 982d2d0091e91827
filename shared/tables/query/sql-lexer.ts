/** One word of SQL. `text` is without quotes; `start` counts UTF-16 units from the beginning. */
export interface SqlToken {
  readonly kind: "word" | "quoted" | "string" | "symbol";
  readonly text: string;
  readonly start: number;
}

const patterns = {
  blank: /(?:\s|--[^\r\n]*)+/y,
  escapedString: /[eE]'(?:[^'\\]|\\[\s\S]|'')*'?/y,
  string: /'(?:[^']|'')*'?/y,
  quoted: /"(?:[^"]|"")*"?/y,
  dollarTag: /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y,
  word: /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y,
  /** `1e'…'` is a number and a string with escapes. */
  number: /\d(?:(?![eE]')[\w.])*/y,
};

/**
 * Splits SQL the way DuckDB's scanner does, far enough to know what is text and what is code.
 *
 * It decides nothing by itself that safety rests on; DuckDB's own parse does. It bounds nesting before that parse,
 * finds the end of `EXPLAIN`, and reads the one form that DuckDB does not serialize (`PIVOT` without a value list).
 */
export function lexSql(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  let at = 0;
  while (at < sql.length) {
    const token = nextToken(sql, at);
    if (token.kind !== undefined) tokens.push({ kind: token.kind, text: token.text, start: at });
    at = token.end;
  }
  return tokens;
}

interface Scanned {
  readonly kind: SqlToken["kind"] | undefined;
  readonly text: string;
  readonly end: number;
}

function nextToken(sql: string, at: number): Scanned {
  const blank = match(patterns.blank, sql, at);
  if (blank !== undefined) return { kind: undefined, text: blank, end: at + blank.length };
  if (sql.startsWith("/*", at)) return { kind: undefined, text: "", end: endOfComment(sql, at) };
  return textToken(sql, at) ?? codeToken(sql, at);
}

function textToken(sql: string, at: number): Scanned | undefined {
  const escaped = match(patterns.escapedString, sql, at);
  if (escaped !== undefined) return { kind: "string", text: unquote(escaped.slice(1)), end: at + escaped.length };
  const string = match(patterns.string, sql, at);
  if (string !== undefined) return { kind: "string", text: unquote(string), end: at + string.length };
  const tag = match(patterns.dollarTag, sql, at);
  if (tag === undefined) return undefined;
  const close = sql.indexOf(tag, at + tag.length);
  const end = close < 0 ? sql.length : close + tag.length;
  return { kind: "string", text: sql.slice(at + tag.length, close < 0 ? sql.length : close), end };
}

function codeToken(sql: string, at: number): Scanned {
  const quoted = match(patterns.quoted, sql, at);
  if (quoted !== undefined) return { kind: "quoted", text: unquote(quoted), end: at + quoted.length };
  const word = match(patterns.word, sql, at) ?? match(patterns.number, sql, at);
  if (word !== undefined) return { kind: "word", text: word, end: at + word.length };
  return { kind: "symbol", text: sql.charAt(at), end: at + 1 };
}

function match(pattern: RegExp, sql: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(sql)?.[0];
}

function unquote(text: string): string {
  const quote = text.charAt(0);
  const inner = text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : text.slice(1);
  return inner.replaceAll(quote + quote, quote);
}

/** Comments nest in DuckDB, as in PostgreSQL. */
function endOfComment(sql: string, start: number): number {
  const edges = /\/\*|\*\//g;
  edges.lastIndex = start + 2;
  let depth = 1;
  for (let edge = edges.exec(sql); edge !== null; edge = edges.exec(sql)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return edges.lastIndex;
  }
  return sql.length;
}

/** How deep brackets of any kind are nested outside of text. */
export function nestingDepth(tokens: readonly SqlToken[]): number {
  let depth = 0;
  let deepest = 0;
  for (const { kind, text } of tokens) {
    if (kind !== "symbol") continue;
    if ("([{".includes(text)) deepest = Math.max(deepest, ++depth);
    else if (")]}".includes(text)) depth--;
  }
  return deepest;
}
