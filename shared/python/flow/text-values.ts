import { childOfType, fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { textOfString, unescapeText } from "../parsing/string-literal.ts";
import { concatenate, percentFormat } from "./format-text.ts";
import { joinPaths } from "./path-calls.ts";
import { type Place, textAt } from "./place.ts";
import { combine, elementOf, join, knownText, listOf, text, UNKNOWN, type Value } from "./value.ts";

export function evaluateString(node: SyntaxNode, place: Place): Value {
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
      const value = place.evaluate(fieldOf(child, "expression") ?? namedChildren(child)[0], place);
      const isPlain = childOfType(child, "format_specifier", "type_conversion") === undefined;
      parts.push(isPlain ? value : UNKNOWN);
    }
  }
  return isText ? concatenate(parts) : UNKNOWN;
}

export function evaluateOperator(node: SyntaxNode, place: Place): Value {
  const left = place.evaluate(fieldOf(node, "left"), place);
  const right = place.evaluate(fieldOf(node, "right"), place);
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
