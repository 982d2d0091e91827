import type { SyntaxNode } from "../parsing/syntax-node.ts";
import type { Value } from "./value.ts";

/** The arguments of a call: by position, by name, and whether some are unpacked from elsewhere (`*args`, `**kw`). */
export interface Arguments {
  positional: readonly { node: SyntaxNode; value: Value }[];
  named: ReadonlyMap<string, { node: SyntaxNode; value: Value }>;
  isUnpacked: boolean;
}

/** Who watches a program being followed. A call in a loop or in two branches is told of more than once. */
export interface Observer {
  call(node: SyntaxNode, callee: Value, args: Arguments, about: CallContext): void;
  /** A function of a library used as a value: `map(pd.read_csv, files)`. */
  mention(node: SyntaxNode, value: Value): void;
}

export interface CallContext {
  /** What the method is called on; undefined where it is no method. */
  owner: Value | undefined;
  /** The method's or the function's own name. */
  name: string;
  /** What an identifier means for the whole module, wherever it is bound there. */
  inModule(name: string): Value | undefined;
}

export function argumentAt(args: Arguments, position: number, ...names: readonly string[]) {
  const named = names.map((name) => args.named.get(name)).find((argument) => argument !== undefined);
  return args.positional[position] ?? named;
}
