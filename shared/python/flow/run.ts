import type { SyntaxNode } from "../parsing/syntax-node.ts";
import type { Place } from "./place.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./value.ts";

/** A function whose body waits until the scope around it is complete. */
export interface Waiting {
  node: SyntaxNode;
  scope: Scope;
  owner: SyntaxNode | undefined;
  defaults: ReadonlyMap<string, Value>;
}

/** Where following a program has got to. */
export interface Run extends Place {
  waiting: Waiting[];
  /** The class whose body this is. */
  owner: SyntaxNode | undefined;
  /** Follows one statement of any kind, and what is in it. */
  follow(node: SyntaxNode, run: Run): void;
}

export function followAll(nodes: readonly SyntaxNode[], run: Run): void {
  for (const node of nodes) if (node.isNamed) run.follow(node, run);
}

export function followOptional(node: SyntaxNode | undefined, run: Run): void {
  if (node !== undefined) run.follow(node, run);
}
