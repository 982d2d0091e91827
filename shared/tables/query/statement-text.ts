import { AppError } from "../../errors.ts";
import { queryLimits } from "./limits.ts";
import { lexSql, nestingDepth, type SqlToken } from "./sql-lexer.ts";

/** A statement whose text alone gives no reason to refuse it. */
export interface StatementText {
  readonly sql: string;
  readonly tokens: readonly SqlToken[];
  readonly isExplain: boolean;
  /** What `EXPLAIN` explains, padded so that positions stay those of `sql`; otherwise `sql`. */
  readonly body: string;
}

/** The refusal of everything that is not a query. */
export const onlyReading =
  "Only reading is possible: send one SELECT, WITH, FROM, VALUES, PIVOT, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN statement";

/** Checks what must hold before any parser sees the text; throws `statement_refused`. */
export function readStatementText(sql: string): StatementText {
  // DuckDB stops at NUL without a word, so what follows it would escape every check.
  if (sql.includes("\0")) throw refused("Cannot run the statement: it contains a NUL character");
  if (Buffer.byteLength(sql) > queryLimits.sqlBytes) {
    throw refused(`Cannot run the statement: it is longer than ${queryLimits.sqlBytes} bytes`);
  }
  const tokens = lexSql(sql);
  if (nestingDepth(tokens) > queryLimits.nesting) {
    throw refused(`Cannot run the statement: brackets are nested more than ${queryLimits.nesting} deep`);
  }
  if (tokens.every(isSemicolon)) throw refused("Cannot run the statement: it is empty");
  return { sql, tokens, ...splitExplain(sql, tokens) };
}

/** `EXPLAIN [ANALYZE] [(options)] body`; its body has to pass every check that a statement has to pass. */
function splitExplain(sql: string, tokens: readonly SqlToken[]): { isExplain: boolean; body: string } {
  if (!isWord(tokens[0], "explain")) return { isExplain: false, body: sql };
  let next = 1;
  if (isWord(tokens[next], "analyze") || isWord(tokens[next], "analyse")) next++;
  if (isSymbol(tokens[next], "(") && isOptionList(tokens, next)) {
    while (next < tokens.length && !isSymbol(tokens[next], ")")) next++;
    next++;
  }
  const start = tokens[next]?.start ?? sql.length;
  return { isExplain: true, body: sql.slice(0, start).replace(/[^\s]/gu, blanks) + sql.slice(start) };
}

/** `EXPLAIN (SELECT 1)` is a statement in brackets, `EXPLAIN (FORMAT json) SELECT 1` a list of options. */
function isOptionList(tokens: readonly SqlToken[], open: number): boolean {
  return isWord(tokens[open + 1], "format") || isWord(tokens[open + 1], "analyze");
}

/** Keeps byte positions, in which DuckDB counts. */
function blanks(character: string): string {
  return " ".repeat(Buffer.byteLength(character));
}

/** True for this keyword, in any case and without quotes. */
export function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === "word" && token.text.toLowerCase() === word;
}

function isSymbol(token: SqlToken | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.text === symbol;
}

/** True between two statements, and behind the last. */
export function isSemicolon(token: SqlToken): boolean {
  return isSymbol(token, ";");
}

/** The error of every refusal. */
export function refused(message: string): AppError {
  return new AppError("statement_refused", message);
}

/** The statement without the semicolons that may end it, to be put into brackets. */
export function bareStatement({ sql, tokens }: StatementText): string {
  return sql.slice(0, tokens.find(isSemicolon)?.start ?? sql.length);
}
