import { namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import type { Edit } from "./edit.ts";

const IMPORTS: ReadonlySet<string> = new Set(["import_statement", "import_from_statement", "future_import_statement"]);

/**
 * Where the line that imports the helper goes: behind the imports at the beginning of the program, else before its
 * first statement, but behind its docstring and `from __future__`. Undefined where there is no such line, as in
 * `"""Docs."""; import os`.
 */
export function importEdit(root: SyntaxNode, source: string, line: string): Edit | undefined {
  const statements = namedChildren(root);
  const head = leading(statements, source);
  const last = statements[head - 1];
  if (last !== undefined) {
    const after = afterLine(last, statements[head], source);
    if (after !== undefined) return insertAfter(after, source, line);
    // Its line goes on with something else. Before it will do, unless something must stay first.
    const mustStayFirst = statements.slice(0, head).some((each) => isDocstring(each) || isFuture(each));
    if (mustStayFirst) return undefined;
  }
  const first = statements[0];
  if (first === undefined) return undefined;
  return { start: first.start, end: first.start, text: `${line}${lineBreakOf(source)}` };
}

/** How many statements the head of the program has: a docstring, then imports. */
function leading(statements: readonly SyntaxNode[], source: string): number {
  let count = 0;
  for (const [index, statement] of statements.entries()) {
    const isHead = IMPORTS.has(statement.type) || (index === 0 && isDocstring(statement));
    // What the script itself does with its import path has to be done first for what it imports, not for ours.
    if (!isHead || source[statement.start] === undefined) break;
    count++;
  }
  return count;
}

function isDocstring(statement: SyntaxNode): boolean {
  const [only] = namedChildren(statement);
  return statement.type === "expression_statement" && /^(string|concatenated_string)$/.test(only?.type ?? "");
}

function isFuture(statement: SyntaxNode): boolean {
  return statement.type === "future_import_statement";
}

/** The end of the statement's line, if nothing but a comment follows there; undefined otherwise. */
function afterLine(statement: SyntaxNode, next: SyntaxNode | undefined, source: string): number | undefined {
  const breakAt = source.slice(statement.end).search(/[\r\n]/);
  const end = breakAt < 0 ? source.length : statement.end + breakAt;
  if (next !== undefined && next.start < end) return undefined;
  return /^[ \t\f]*;?[ \t\f]*(#.*)?$/.test(source.slice(statement.end, end)) ? end : undefined;
}

/** As a line of its own behind the one that ends there, ended as that one is. */
function insertAfter(end: number, source: string, line: string): Edit {
  const [lineBreak] = /^(\r\n|\r|\n)/.exec(source.slice(end)) ?? [];
  if (lineBreak === undefined) return { start: end, end, text: `${lineBreakOf(source)}${line}` };
  const start = end + lineBreak.length;
  return { start, end: start, text: `${line}${lineBreak}` };
}

function lineBreakOf(source: string): string {
  return /\r\n|\r|\n/.exec(source)?.[0] ?? "\n";
}
