import { childOfType, fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { textOfString, unescapeText } from "../parsing/string-literal.ts";
import { readers, starModules } from "../reads/readers.ts";
import { braceFormat, concatenate, percentFormat } from "./format-text.ts";
import { argumentAt, type Arguments, type Observer } from "./observer.ts";
import { callMethod, joinPaths, knownCalls } from "./path-calls.ts";
import type { Scope } from "./scope.ts";
import {
  combine,
  elementOf,
  join,
  knownText,
  library,
  listOf,
  NONE,
  type Possibility,
  STREAM,
  text,
  UNKNOWN,
  type Value,
} from "./value.ts";

/** What is needed to look at an expression. */
export interface Place {
  source: string;
  scope: Scope;
  observer: Observer;
  /** What `self.name` may be, by class. */
  attributes: Map<SyntaxNode, Map<string, Value>>;
  /** Targets of `:=` and of comprehensions are bound by who runs statements. */
  assign(target: SyntaxNode, value: Value, place: Place): void;
}

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

function textAt({ start, end }: SyntaxNode, { source }: Place): string {
  return source.slice(start, end);
}

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

function evaluateString(node: SyntaxNode, place: Place): Value {
  const plain = childOfType(node, "interpolation") === undefined ? textOfString(node, place.source) : undefined;
  if (plain !== undefined) return text([plain]);
  const parts: Value[] = [];
  let isText = true;
  for (const child of node.children) {
    if (child.type === "string_start" && /[bB]/.test(textAt(child, place))) isText = false;
    if (child.type === "string_content") {
      const raw = unescapeText(textAt(child, place).replaceAll("{{", "{").replaceAll("}}", "}"));
      parts.push(text([raw ?? null]));
    }
    if (child.type === "interpolation") {
      const value = evaluate(fieldOf(child, "expression") ?? namedChildren(child)[0], place);
      const isPlain = childOfType(child, "format_specifier", "type_conversion") === undefined;
      parts.push(isPlain ? value : UNKNOWN);
    }
  }
  return isText ? concatenate(parts) : UNKNOWN;
}

function evaluateAttribute(node: SyntaxNode, place: Place): Value {
  const owner = evaluate(fieldOf(node, "object"), place);
  const name = textAt(fieldOf(node, "attribute") ?? node, place);
  const value = attributeOf(owner, name, place);
  place.observer.mention(node, value);
  return value;
}

function attributeOf(owner: Value, name: string, place: Place): Value {
  const found = owner.map((possibility): Value => {
    if (possibility.is === "library") return attributeOfLibrary(possibility.name, name);
    if (possibility.is === "class") return place.attributes.get(possibility.node)?.get(name) ?? UNKNOWN;
    if (possibility.is === "text" && possibility.isPath) return attributeOfPath([possibility], name);
    if (possibility.is === "none") return [];
    return UNKNOWN;
  });
  const all = found.flat();
  return all.length === 0 ? UNKNOWN : join(...found.filter((value) => value.length > 0));
}

function attributeOfLibrary(module: string, name: string): Value {
  if (module === "sys" && name === "stdin") return STREAM;
  if (module === "sys" && name === "argv") return listOf(text([null]));
  if (module === "os" && (name === "sep" || name === "linesep")) return text(["/"]);
  return library(`${module}.${name}`);
}

function attributeOfPath(path: Value, name: string): Value {
  if (name === "name") return knownCalls["os.path.basename"]?.([path]) ?? UNKNOWN;
  if (name === "parent" || name === "stem" || name === "suffix") return text([null], name === "parent");
  if (name === "parents") return listOf(text([null], true));
  return UNKNOWN;
}

function evaluateCall(node: SyntaxNode, place: Place): Value {
  const callee = fieldOf(node, "function");
  if (callee === undefined) return UNKNOWN;
  const isMethod = callee.type === "attribute";
  const owner = isMethod ? evaluate(fieldOf(callee, "object"), place) : undefined;
  const name = textAt((isMethod ? fieldOf(callee, "attribute") : callee) ?? callee, place);
  // Not through the evaluator of attributes: what is called is not mentioned.
  const value = owner === undefined ? evaluate(callee, place) : attributeOf(owner, name, place);
  const args = readArguments(fieldOf(node, "arguments"), place);
  const module = place.scope.module();
  place.observer.call(node, value, args, { owner, name, inModule: (each) => module.ever.get(each) });
  return resultOf(value, owner, name, args);
}

function readArguments(list: SyntaxNode | undefined, place: Place): Arguments {
  const positional: { node: SyntaxNode; value: Value }[] = [];
  const named = new Map<string, { node: SyntaxNode; value: Value }>();
  let isUnpacked = false;
  if (list?.type === "generator_expression") {
    positional.push({ node: list, value: evaluate(list, place) });
    return { positional, named, isUnpacked };
  }
  for (const child of list === undefined ? [] : namedChildren(list)) {
    if (child.type === "keyword_argument") {
      const value = fieldOf(child, "value");
      const name = textAt(fieldOf(child, "name") ?? child, place);
      if (value !== undefined) named.set(name, { node: value, value: evaluate(value, place) });
    } else if (child.type === "list_splat" || child.type === "dictionary_splat") {
      evaluate(namedChildren(child)[0], place);
      isUnpacked = true;
    } else positional.push({ node: child, value: evaluate(child, place) });
  }
  return { positional, named, isUnpacked };
}

function resultOf(callee: Value, owner: Value | undefined, name: string, args: Arguments): Value {
  const positional = args.positional.map(({ value }) => value);
  const template = owner === undefined ? undefined : knownText(owner);
  if (template !== undefined && name === "format") {
    const named = new Map([...args.named].map(([key, { value }]) => [key, value]));
    return args.isUnpacked ? text([null]) : braceFormat(template, positional, named);
  }
  if (owner?.some((possibility) => possibility.is === "text") === true) {
    if (name === "open") return STREAM;
    const result = callMethod(owner, name, positional);
    if (result !== undefined) return result;
  }
  if (owner !== undefined && (name === "items" || name === "values" || name === "get")) {
    const known = dictionaryCall(owner, name, positional);
    if (known !== undefined) return known;
  }
  return join(...callee.map((possibility) => resultOfOne(possibility, positional, args)));
}

function resultOfOne(callee: Possibility, positional: readonly Value[], args: Arguments): Value {
  if (callee.is === "class") return [callee];
  if (callee.is !== "library") return UNKNOWN;
  if (/(^|\.)open$/.test(callee.name) && readers.has(callee.name)) return STREAM;
  if (/\.ExcelFile$/.test(callee.name))
    return [{ is: "workbook", path: argumentAt(args, 0, "path_or_buffer")?.value ?? UNKNOWN }];
  if (args.isUnpacked) return UNKNOWN;
  return knownCalls[callee.name]?.(positional) ?? UNKNOWN;
}

function dictionaryCall(owner: Value, name: string, args: readonly Value[]): Value | undefined {
  const [only] = owner;
  if (only?.is !== "dict" || owner.length > 1) return undefined;
  const entries = [...only.entries.values()];
  const any = entries.length === 0 ? UNKNOWN : join(...entries);
  if (name === "values") return listOf(any);
  if (name === "items") return listOf([{ is: "tuple", items: [text([null]), any] }]);
  const key = knownText(args[0] ?? UNKNOWN);
  const found = key === undefined ? undefined : only.entries.get(key);
  return found ?? join(any, args[1] ?? NONE);
}

function evaluateOperator(node: SyntaxNode, place: Place): Value {
  const left = evaluate(fieldOf(node, "left"), place);
  const right = evaluate(fieldOf(node, "right"), place);
  const operator = textAt(fieldOf(node, "operator") ?? node, place);
  const isPath = [...left, ...right].some((possibility) => possibility.is === "text" && possibility.isPath);
  if (operator === "/" && isPath) return join(...combine([left, right], joinPaths).map((parts) => text(parts, true)));
  if (operator === "%") {
    const template = knownText(left);
    return template === undefined ? UNKNOWN : percentFormat(template, right);
  }
  if (operator !== "+") return UNKNOWN;
  const isList = [...left, ...right].some((possibility) => possibility.is === "list" || possibility.is === "tuple");
  if (isList) return listOf(join(elementOf(left), elementOf(right)));
  const isText = [...left, ...right].some((possibility) => possibility.is === "text");
  return isText ? concatenate([left, right]) : UNKNOWN;
}

function evaluateConditional(node: SyntaxNode, place: Place): Value {
  const [then, condition, otherwise] = namedChildren(node);
  evaluate(condition, place);
  return join(evaluate(then, place), evaluate(otherwise, place));
}

function evaluateSequence(node: SyntaxNode, place: Place): Value {
  const items = namedChildren(node).map((child) => evaluate(child, place));
  return listOf(items.length === 0 ? UNKNOWN : join(...items));
}

function evaluateTuple(node: SyntaxNode, place: Place): Value {
  return [{ is: "tuple", items: namedChildren(node).map((child) => evaluate(child, place)) }];
}

function evaluateDictionary(node: SyntaxNode, place: Place): Value {
  const entries = new Map<string, Value>();
  let isKnown = true;
  for (const pair of namedChildren(node)) {
    const key = knownText(evaluate(fieldOf(pair, "key"), place));
    const value = evaluate(fieldOf(pair, "value") ?? (pair.type === "pair" ? undefined : pair), place);
    if (key === undefined) isKnown = false;
    else entries.set(key, value);
  }
  return isKnown ? [{ is: "dict", entries }] : UNKNOWN;
}

function evaluateSubscript(node: SyntaxNode, place: Place): Value {
  const owner = evaluate(fieldOf(node, "value"), place);
  const index = fieldOf(node, "subscript");
  const key = index === undefined ? undefined : knownText(evaluate(index, place));
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
function evaluateComprehension(node: SyntaxNode, place: Place): Value {
  const before = place.scope.snapshot();
  const [body, ...clauses] = namedChildren(node);
  for (const clause of clauses) {
    if (clause.type !== "for_in_clause") {
      evaluate(clause, place);
      continue;
    }
    const items = evaluate(fieldOf(clause, "right"), place);
    const target = fieldOf(clause, "left");
    if (target !== undefined) place.scope.aside(() => place.assign(target, elementOf(items), place));
  }
  const value = evaluate(body, place);
  place.scope.now = before;
  return listOf(value);
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
