import { fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import type { Place } from "./place.ts";
import { elementOf, join, knownText, listOf, text, UNKNOWN, type Value } from "./value.ts";

export function evaluateSequence(node: SyntaxNode, place: Place): Value {
  const items = namedChildren(node).map((child) => place.evaluate(child, place));
  return listOf(items.length === 0 ? UNKNOWN : join(...items));
}

export function evaluateTuple(node: SyntaxNode, place: Place): Value {
  return [{ is: "tuple", items: namedChildren(node).map((child) => place.evaluate(child, place)) }];
}

export function evaluateDictionary(node: SyntaxNode, place: Place): Value {
  const entries = new Map<string, Value>();
  let isKnown = true;
  for (const pair of namedChildren(node)) {
    const key = knownText(place.evaluate(fieldOf(pair, "key"), place));
    const value = place.evaluate(fieldOf(pair, "value") ?? (pair.type === "pair" ? undefined : pair), place);
    if (key === undefined) isKnown = false;
    else entries.set(key, value);
  }
  return isKnown ? [{ is: "dict", entries }] : UNKNOWN;
}

export function evaluateSubscript(node: SyntaxNode, place: Place): Value {
  const owner = place.evaluate(fieldOf(node, "value"), place);
  const index = fieldOf(node, "subscript");
  const key = index === undefined ? undefined : knownText(place.evaluate(index, place));
  const found = owner.map((possibility): Value => {
    if (possibility.is === "dict" && key !== undefined) return possibility.entries.get(key) ?? UNKNOWN;
    if (possibility.is === "dict") return join(...possibility.entries.values());
    if (possibility.is === "tuple" && key !== undefined) return possibility.items.at(Number(key)) ?? UNKNOWN;
    if (possibility.is === "list" && index?.type === "slice") return [possibility];
    if (possibility.is === "text") return text([null]);
    return elementOf([possibility]);
  });
  return join(...found);
}

/** The variables of a comprehension shadow those around it, and are gone behind it. */
export function evaluateComprehension(node: SyntaxNode, place: Place): Value {
  const before = place.scope.snapshot();
  const [body, ...clauses] = namedChildren(node);
  for (const clause of clauses) {
    if (clause.type !== "for_in_clause") {
      place.evaluate(clause, place);
      continue;
    }
    const items = place.evaluate(fieldOf(clause, "right"), place);
    const target = fieldOf(clause, "left");
    if (target !== undefined) place.scope.aside(() => place.assign(target, elementOf(items), place));
  }
  const value = place.evaluate(body, place);
  place.scope.now = before;
  return listOf(value);
}
