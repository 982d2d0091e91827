import { fieldOf, type SyntaxNode } from "../parsing/syntax-node.ts";
import { knownCalls } from "./path-calls.ts";
import { type Place, textAt } from "./place.ts";
import { join, library, listOf, STREAM, text, UNKNOWN, type Value } from "./value.ts";

export function evaluateAttribute(node: SyntaxNode, place: Place): Value {
  const owner = place.evaluate(fieldOf(node, "object"), place);
  const name = textAt(fieldOf(node, "attribute") ?? node, place);
  const value = attributeOf(owner, name, place);
  place.observer.mention(node, value);
  return value;
}

export function attributeOf(owner: Value, name: string, place: Place): Value {
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
