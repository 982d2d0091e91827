/** A node of a syntax tree: plain data, so that looking at it costs nothing. Positions are UTF-16 offsets. */
export interface SyntaxNode {
  type: string;
  start: number;
  end: number;
  /** False for keywords, operators and brackets. */
  isNamed: boolean;
  /** The parent's name for it: `function` and `arguments` of a call. */
  field: string | null;
  parent: SyntaxNode | undefined;
  children: SyntaxNode[];
}

/** The child of that field, or undefined. */
export function fieldOf(node: SyntaxNode, field: string): SyntaxNode | undefined {
  return node.children.find((child) => child.field === field);
}

export function fieldsOf(node: SyntaxNode, field: string): SyntaxNode[] {
  return node.children.filter((child) => child.field === field);
}

/** Children that are more than punctuation. */
export function namedChildren(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => child.isNamed && child.type !== "comment");
}

/** Nodes that hold statements, or parts of a statement that do. */
const HOLDERS =
  /^(module|block|(if|for|while|try|with|match|import|import_from|global|nonlocal|expression)_statement|\w+_(clause|definition|item)|assignment)$/;

/** Every node of a tree that is a statement, or leads to one; expressions are left out, which are most of it. */
export function* statementsIn(node: SyntaxNode, isEntered: (node: SyntaxNode) => boolean): Generator<SyntaxNode> {
  for (const child of node.children) {
    if (!child.isNamed || !HOLDERS.test(child.type)) continue;
    yield child;
    if (isEntered(child)) yield* statementsIn(child, isEntered);
  }
}

/** The first named child of that type. */
export function childOfType(node: SyntaxNode, ...types: string[]): SyntaxNode | undefined {
  return node.children.find((child) => types.includes(child.type));
}
