import { childOfType, fieldOf, fieldsOf, type SyntaxNode } from "../parsing/syntax-node.ts";
import type { Run } from "./run.ts";
import { library, UNKNOWN } from "./value.ts";

export function runImport(node: SyntaxNode, { scope, source }: Run): void {
  for (const imported of fieldsOf(node, "name")) {
    const module = moduleName(fieldOf(imported, "name") ?? imported, source);
    const alias = fieldOf(imported, "alias");
    const top = module.split(".")[0] ?? module;
    if (alias !== undefined) scope.bind(source.slice(alias.start, alias.end), library(module));
    else scope.bind(top, library(top));
  }
}

export function runImportFrom(node: SyntaxNode, { scope, source }: Run): void {
  const from = fieldOf(node, "module_name");
  if (from === undefined) return;
  const module = moduleName(from, source);
  if (childOfType(node, "wildcard_import") !== undefined) scope.module().stars.push(module);
  for (const imported of fieldsOf(node, "name")) {
    const name = moduleName(fieldOf(imported, "name") ?? imported, source);
    const alias = fieldOf(imported, "alias");
    const bound = alias === undefined ? name : source.slice(alias.start, alias.end);
    // A module of the script's own folder may have any names in it.
    scope.bind(bound, module.startsWith(".") ? UNKNOWN : library(`${module}.${name}`));
  }
}

function moduleName({ start, end }: SyntaxNode, source: string): string {
  return source.slice(start, end).replace(/[\s\\]+/g, "");
}
