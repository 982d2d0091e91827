/** Statements that may run in part, often, or not at all: their outcomes are joined. */
import { childOfType, fieldOf, fieldsOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { assign } from "./assignments.ts";
import { evaluate } from "./evaluate.ts";
import { followAll, followOptional, type Run } from "./run.ts";
import { elementOf } from "./value.ts";

export function runIf(node: SyntaxNode, run: Run): void {
  const before = run.scope.snapshot();
  evaluate(fieldOf(node, "condition"), run);
  followOptional(fieldOf(node, "consequence"), run);
  const branches = [run.scope.now];
  let isComplete = false;
  for (const alternative of fieldsOf(node, "alternative")) {
    run.scope.now = new Map(before);
    evaluate(fieldOf(alternative, "condition"), run);
    followOptional(fieldOf(alternative, "consequence") ?? fieldOf(alternative, "body"), run);
    branches.push(run.scope.now);
    if (alternative.type === "else_clause") isComplete = true;
  }
  run.scope.merge(isComplete ? branches : [...branches, before]);
}

export function runFor(node: SyntaxNode, run: Run): void {
  const items = evaluate(fieldOf(node, "right"), run);
  const left = fieldOf(node, "left");
  runLoop(node, run, () => {
    if (left !== undefined) assign(left, elementOf(items), run);
  });
}

export function runWhile(node: SyntaxNode, run: Run): void {
  runLoop(node, run, () => void evaluate(fieldOf(node, "condition"), run));
}

/** Twice: what a round leaves behind is there in the next. */
function runLoop(node: SyntaxNode, run: Run, begin: () => void): void {
  for (let round = 0; round < 2; round++) {
    const before = run.scope.snapshot();
    begin();
    followOptional(fieldOf(node, "body"), run);
    run.scope.merge([run.scope.now, before]);
  }
  followOptional(fieldOf(node, "alternative"), run);
}

export function runTry(node: SyntaxNode, run: Run): void {
  const before = run.scope.snapshot();
  followOptional(fieldOf(node, "body"), run);
  const branches = [run.scope.now];
  const halfway = [before, run.scope.now];
  for (const clause of namedChildren(node)) {
    if (!/^except/.test(clause.type)) continue;
    run.scope.merge(halfway);
    followAll(clause.children, run);
    branches.push(run.scope.now);
  }
  run.scope.merge(branches);
  for (const clause of namedChildren(node)) {
    if (clause.type === "else_clause" || clause.type === "finally_clause") followAll(clause.children, run);
  }
}

export function runWith(node: SyntaxNode, run: Run): void {
  const clause = childOfType(node, "with_clause");
  for (const item of clause === undefined ? [] : namedChildren(clause)) runWithItem(fieldOf(item, "value"), run);
  followOptional(fieldOf(node, "body"), run);
}

function runWithItem(value: SyntaxNode | undefined, run: Run): void {
  if (value?.type !== "as_pattern") {
    evaluate(value, run);
    return;
  }
  const [expression] = namedChildren(value);
  const result = evaluate(expression, run);
  const alias = fieldOf(value, "alias");
  for (const target of alias === undefined ? [] : namedChildren(alias)) assign(target, result, run);
}

export function runMatch(node: SyntaxNode, run: Run): void {
  for (const subject of fieldsOf(node, "subject")) evaluate(subject, run);
  const before = run.scope.snapshot();
  const branches = [before];
  for (const clause of fieldOf(node, "body")?.children.filter(({ type }) => type === "case_clause") ?? []) {
    run.scope.now = new Map(before);
    followOptional(fieldOf(clause, "consequence"), run);
    branches.push(run.scope.now);
  }
  run.scope.merge(branches);
}
