import { fieldOf, namedChildren, statementsIn, type SyntaxNode } from "../parsing/syntax-node.ts";

/** Names that a function's body assigns, imports, loops over or defines: they are its own. */
export function localNames(body: SyntaxNode, source: string): { own: Set<string>; shared: Set<string> } {
  const own = new Set<string>();
  const shared = new Set<string>();
  // What is inside a function or a class is its own affair.
  for (const node of statementsIn(body, ({ type }) => !/^(function|class)_definition$/.test(type))) {
    for (const name of boundNames(node, source)) own.add(name);
    if (node.type === "global_statement" || node.type === "nonlocal_statement") {
      for (const name of namedChildren(node)) shared.add(source.slice(name.start, name.end));
    }
  }
  return { own, shared };
}

function boundNames(node: SyntaxNode, source: string): string[] {
  switch (node.type) {
    case "assignment":
    case "augmented_assignment":
    case "for_statement":
      return targetNames(fieldOf(node, "left"), source);
    case "function_definition":
    case "class_definition":
      return targetNames(fieldOf(node, "name"), source);
    case "with_item":
      return aliasNames(fieldOf(node, "value"), source);
    case "import_statement":
    case "import_from_statement":
      return importedNames(node, source);
    default:
      return [];
  }
}

/** `handle` of `open(path) as handle`. */
function aliasNames(value: SyntaxNode | undefined, source: string): string[] {
  const alias = value?.type === "as_pattern" ? fieldOf(value, "alias") : undefined;
  return alias === undefined ? [] : namedChildren(alias).flatMap((child) => targetNames(child, source));
}

/** The plain names in the target of an assignment. */
export function targetNames(target: SyntaxNode | undefined, source: string): string[] {
  if (target === undefined) return [];
  if (target.type === "identifier") return [source.slice(target.start, target.end)];
  if (/^(pattern_list|tuple_pattern|list_pattern|list_splat_pattern|tuple|list|expression_list)$/.test(target.type)) {
    return namedChildren(target).flatMap((child) => targetNames(child, source));
  }
  return [];
}

/** The names that an import binds. */
export function importedNames(node: SyntaxNode, source: string): string[] {
  return node.children
    .filter((child) => child.field === "name")
    .map((child) => fieldOf(child, "alias") ?? child)
    .map((name) => source.slice(name.start, name.end).split(".")[0]?.trim() ?? "");
}
