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

/** The first named child of that type. */
export function childOfType(node: SyntaxNode, ...types: string[]): SyntaxNode | undefined {
  return node.children.find((child) => types.includes(child.type));
}
