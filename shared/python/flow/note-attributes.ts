import { fieldOf, type SyntaxNode } from "../parsing/syntax-node.ts";
import { evaluate } from "./evaluate.ts";
import type { Observer } from "./observer.ts";
import type { Run } from "./run.ts";
import { Scope } from "./scope.ts";
import { join } from "./value.ts";

/** `self.path = "data.csv"`, wherever in a class: found before anything is followed, for methods come in any order. */
export function noteAttributes(root: SyntaxNode, run: Run): void {
  const silent: Observer = { call: () => {}, mention: () => {} };
  const visit = (node: SyntaxNode, owner: SyntaxNode | undefined): void => {
    if (node.type === "class_definition") run.attributes.set(node, new Map());
    if (node.type === "assignment" && owner !== undefined) {
      const left = fieldOf(node, "left");
      const name = left === undefined ? undefined : attributeName(left, run.source);
      const right = fieldOf(node, "right");
      if (name !== undefined && right !== undefined) {
        const known = run.attributes.get(owner);
        const scope = new Scope("function", new Scope("module"));
        const value = evaluate(right, { ...run, scope, observer: silent });
        const before = known?.get(name);
        known?.set(name, before === undefined ? value : join(before, value));
      }
    }
    const inside = node.type === "class_definition" ? node : owner;
    // An expression is no place for assignments to attributes.
    for (const child of node.children)
      if (child.children.length > 0 && !/^(call|argument_list|string)$/.test(child.type)) visit(child, inside);
  };
  visit(root, undefined);
}

/** `x` of `self.x`, and of a plain `x` in a class's own body. */
function attributeName(target: SyntaxNode, source: string): string | undefined {
  const textOf = ({ start, end }: SyntaxNode) => source.slice(start, end);
  if (target.type === "identifier" && target.parent?.parent?.parent?.parent?.type === "class_definition")
    return textOf(target);
  const [object, name] = [fieldOf(target, "object"), fieldOf(target, "attribute")];
  if (target.type !== "attribute" || object === undefined || name === undefined) return undefined;
  return /^(self|cls)$/.test(textOf(object)) ? textOf(name) : undefined;
}
