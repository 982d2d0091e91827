import type { SyntaxNode } from "../parsing/syntax-node.ts";
import type { Observer } from "./observer.ts";
import type { Scope } from "./scope.ts";
import type { Value } from "./value.ts";

/** What is needed to look at an expression. */
export interface Place {
  source: string;
  scope: Scope;
  observer: Observer;
  /** What `self.name` may be, by class. */
  attributes: Map<SyntaxNode, Map<string, Value>>;
  /** What an expression may be; the observer hears of the calls in it, in the order in which they are made. */
  evaluate(node: SyntaxNode | undefined, place: Place): Value;
  /** Targets of `:=` and of comprehensions are bound by who runs statements. */
  assign(target: SyntaxNode, value: Value, place: Place): void;
}

export function textAt({ start, end }: SyntaxNode, { source }: Place): string {
  return source.slice(start, end);
}
