import { fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { readers, starModules } from "../reads/readers.ts";
import { evaluateAttribute } from "./attribute-values.ts";
import { evaluateCall } from "./call-values.ts";
import {
  evaluateComprehension,
  evaluateDictionary,
  evaluateSequence,
  evaluateSubscript,
  evaluateTuple,
} from "./container-values.ts";
import { concatenate } from "./format-text.ts";
import { type Place, textAt } from "./place.ts";
import { evaluateOperator, evaluateString } from "./text-values.ts";
import { join, library, NONE, text, UNKNOWN, type Value } from "./value.ts";

const BUILTINS: ReadonlySet<string> = new Set(
  "open str repr input sorted list set tuple reversed iter next enumerate zip exec eval compile getattr map filter".split(
    " ",
  ),
);

/** What an expression may be; the observer hears of the calls in it, in the order in which they are made. */
export function evaluate(node: SyntaxNode | undefined, place: Place): Value {
  if (node === undefined) return UNKNOWN;
  const look = evaluators[node.type];
  if (look !== undefined) return look(node, place);
  for (const child of node.children) if (child.isNamed) evaluate(child, place);
  return UNKNOWN;
}

type Evaluator = (node: SyntaxNode, place: Place) => Value;

const evaluators: Readonly<Record<string, Evaluator>> = {
  identifier: (node, place) => evaluateName(textAt(node, place), place),
  string: evaluateString,
  concatenated_string: (node, place) => concatenate(namedChildren(node).map((child) => evaluate(child, place))),
  parenthesized_expression: (node, place) => evaluate(namedChildren(node)[0], place),
  none: () => NONE,
  integer: (node, place) => text([textAt(node, place)]),
  attribute: evaluateAttribute,
  call: evaluateCall,
  binary_operator: evaluateOperator,
  boolean_operator: (node, place) =>
    join(evaluate(fieldOf(node, "left"), place), evaluate(fieldOf(node, "right"), place)),
  conditional_expression: evaluateConditional,
  named_expression: (node, place) => {
    const value = evaluate(fieldOf(node, "value"), place);
    const target = fieldOf(node, "name");
    if (target !== undefined) place.assign(target, value, place);
    return value;
  },
  list: evaluateSequence,
  set: evaluateSequence,
  tuple: evaluateTuple,
  expression_list: evaluateTuple,
  dictionary: evaluateDictionary,
  subscript: evaluateSubscript,
  list_comprehension: evaluateComprehension,
  set_comprehension: evaluateComprehension,
  generator_expression: evaluateComprehension,
  dictionary_comprehension: evaluateComprehension,
  lambda: evaluateLambda,
  await: (node, place) => evaluate(namedChildren(node)[0], place),
};

function evaluateName(name: string, { scope }: Place): Value {
  const found = scope.find(name);
  if (found !== undefined) return found;
  for (const module of scope.module().stars) {
    if (starModules.has(module) && readers.has(`${module}.${name}`)) return library(`${module}.${name}`);
    // These have an `open` and a `path` of their own.
    if (name === "open" && /^(os|codecs|gzip|bz2|tarfile|io)$/.test(module)) return UNKNOWN;
  }
  return BUILTINS.has(name) ? library(`builtins.${name}`) : UNKNOWN;
}

function evaluateConditional(node: SyntaxNode, place: Place): Value {
  const [then, condition, otherwise] = namedChildren(node);
  evaluate(condition, place);
  return join(evaluate(then, place), evaluate(otherwise, place));
}

function evaluateLambda(node: SyntaxNode, place: Place): Value {
  const before = place.scope.snapshot();
  const parameters = fieldOf(node, "parameters");
  for (const parameter of parameters === undefined ? [] : namedChildren(parameters)) {
    const name = parameter.type === "identifier" ? parameter : fieldOf(parameter, "name");
    if (name !== undefined) place.scope.now.set(textAt(name, place), UNKNOWN);
  }
  evaluate(fieldOf(node, "body"), place);
  place.scope.now = before;
  return UNKNOWN;
}
