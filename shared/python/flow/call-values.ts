import { fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { readers } from "../reads/readers.ts";
import { attributeOf } from "./attribute-values.ts";
import { braceFormat } from "./format-text.ts";
import { argumentAt, type Arguments } from "./observer.ts";
import { callMethod, knownCalls } from "./path-calls.ts";
import { type Place, textAt } from "./place.ts";
import { join, knownText, listOf, NONE, type Possibility, STREAM, text, UNKNOWN, type Value } from "./value.ts";

export function evaluateCall(node: SyntaxNode, place: Place): Value {
  const callee = fieldOf(node, "function");
  if (callee === undefined) return UNKNOWN;
  const isMethod = callee.type === "attribute";
  const owner = isMethod ? place.evaluate(fieldOf(callee, "object"), place) : undefined;
  const name = textAt((isMethod ? fieldOf(callee, "attribute") : callee) ?? callee, place);
  // Not through the evaluator of attributes: what is called is not mentioned.
  const value = owner === undefined ? place.evaluate(callee, place) : attributeOf(owner, name, place);
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
    positional.push({ node: list, value: place.evaluate(list, place) });
    return { positional, named, isUnpacked };
  }
  for (const child of list === undefined ? [] : namedChildren(list)) {
    if (child.type === "keyword_argument") {
      const value = fieldOf(child, "value");
      const name = textAt(fieldOf(child, "name") ?? child, place);
      if (value !== undefined) named.set(name, { node: value, value: place.evaluate(value, place) });
    } else if (child.type === "list_splat" || child.type === "dictionary_splat") {
      place.evaluate(namedChildren(child)[0], place);
      isUnpacked = true;
    } else positional.push({ node: child, value: place.evaluate(child, place) });
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
