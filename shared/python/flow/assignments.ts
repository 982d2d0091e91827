import { fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { evaluate } from "./evaluate.ts";
import type { Place } from "./place.ts";
import { concatenate } from "./format-text.ts";
import type { Run } from "./run.ts";
import { elementOf, join, listOf, UNKNOWN, type Value } from "./value.ts";

export function runAssignment(node: SyntaxNode, run: Run): void {
  const right = fieldOf(node, "right");
  const left = fieldOf(node, "left");
  if (left === undefined) return;
  if (right === undefined) return; // only an annotation
  // `a = b = value`: the value of an assignment is that of its innermost right side.
  const value = right.type === "assignment" ? runChain(right, run) : evaluate(right, run);
  assign(left, value, run);
}

function runChain(node: SyntaxNode, run: Run): Value {
  const right = fieldOf(node, "right");
  const value = right?.type === "assignment" ? runChain(right, run) : evaluate(right, run);
  const left = fieldOf(node, "left");
  if (left !== undefined) assign(left, value, run);
  return value;
}

export function runAugmented(node: SyntaxNode, run: Run): void {
  const left = fieldOf(node, "left");
  const value = evaluate(fieldOf(node, "right"), run);
  if (left?.type !== "identifier") return;
  const name = run.source.slice(left.start, left.end);
  const before = run.scope.find(name) ?? UNKNOWN;
  const isText = before.some((possibility) => possibility.is === "text");
  const isList = before.some((possibility) => possibility.is === "list");
  const both = isList ? listOf(join(elementOf(before), elementOf(value))) : UNKNOWN;
  run.scope.bind(name, isText ? concatenate([before, value]) : both);
}

/** Binds the names of a target to a value, piece by piece where both have pieces. */
export function assign(target: SyntaxNode, value: Value, place: Place): void {
  const { scope, source } = place;
  if (target.type === "identifier") {
    scope.bind(source.slice(target.start, target.end), value);
    return;
  }
  if (!/^(pattern_list|tuple_pattern|list_pattern|tuple|list|expression_list)$/.test(target.type)) {
    evaluateTarget(target, place);
    return;
  }
  const [only] = value;
  const items = only?.is === "tuple" && value.length === 1 ? only.items : undefined;
  for (const [index, child] of namedChildren(target).entries()) {
    assign(child, items?.[index] ?? (items === undefined ? elementOf(value) : UNKNOWN), place);
  }
}

/** `data[load()] = …`: what is called on the way to a target. */
function evaluateTarget(target: SyntaxNode, place: Place): void {
  for (const child of namedChildren(target)) if (child.type !== "identifier") evaluate(child, place);
}
