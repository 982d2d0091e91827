import type { SyntaxNode } from "./syntax-node.ts";

/** A part that is meant to differ: a node of the tree before, and where its place is in the text after. */
export interface Masked {
  start: number;
  end: number;
  newStart: number;
  newEnd: number;
  /** The node before stands unchanged as the only argument of a call: `x` → `session_data.path(x)`. */
  isWrapped: boolean;
}

/** A text and its tree. */
export interface Parsed {
  source: string;
  root: SyntaxNode;
}

/**
 * Whether two programs are the same in every node and every word but the masked ones, and but for one more statement
 * that begins at `extra`. Without recursion: a program may be nested as deeply as the parser bears.
 */
export function areEqualOutside(
  before: Parsed,
  after: Parsed,
  masked: readonly Masked[],
  extra: number | undefined,
): boolean {
  const open = new Map(masked.map((mask) => [`${mask.start}-${mask.end}`, mask]));
  const pairs: [SyntaxNode, SyntaxNode][] = [[before.root, withoutExtra(after.root, extra)]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    let [one, other] = pair;
    const key = `${one.start}-${one.end}`;
    const mask = one.isNamed ? open.get(key) : undefined;
    if (mask !== undefined) {
      open.delete(key);
      if (other.start !== mask.newStart || other.end !== mask.newEnd) return false;
      if (!mask.isWrapped) continue;
      const inner = onlyArgument(other);
      if (inner === undefined) return false;
      other = inner;
    }
    if (one.type !== other.type || one.children.length !== other.children.length) return false;
    if (one.children.length === 0 && textOf(one, before) !== textOf(other, after)) return false;
    for (const [index, child] of one.children.entries()) {
      const counterpart = other.children[index];
      if (counterpart === undefined) return false;
      pairs.push([child, counterpart]);
    }
  }
  // A mask that was never met hides something that is no node.
  return open.size === 0;
}

function withoutExtra(root: SyntaxNode, extra: number | undefined): SyntaxNode {
  if (extra === undefined) return root;
  const children = root.children.filter(({ type, start }) => !(type === "import_statement" && start === extra));
  return { ...root, children };
}

function onlyArgument(call: SyntaxNode): SyntaxNode | undefined {
  const list = call.children.find(({ type }) => type === "argument_list");
  return call.type === "call" ? list?.children.find(({ isNamed }) => isNamed) : undefined;
}

function textOf({ start, end }: SyntaxNode, { source }: Parsed): string {
  return source.slice(start, end);
}
