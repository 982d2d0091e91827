import type { SiteCode } from "../../contract/script.ts";
import { join, type Value } from "../flow/value.ts";
import type { SyntaxNode } from "../parsing/syntax-node.ts";
import type { Reader } from "./readers.ts";

/** A call that reads a file, or looks like one. */
export interface ReadCall {
  /** The call; of a function that is only mentioned, its name. */
  node: SyntaxNode;
  callee: SyntaxNode;
  name: string;
  reader: Reader | undefined;
  argument: SyntaxNode | undefined;
  /** What the path may be. */
  path: Value;
  /** Why it cannot be rewritten, as far as the call alone tells. */
  refusal: SiteCode | undefined;
  /** The function is not called here: it is handed on. */
  isMention: boolean;
  /** The method of a path, `Path("x.csv").read_text()`: the path is the object. */
  isMethod: boolean;
}

/** A call that writes one. */
export interface WriteCall {
  argument: SyntaxNode;
  path: Value;
}

export interface Calls {
  reads: ReadCall[];
  writes: WriteCall[];
  /** Texts that are run as code: SQL, shell, Python. */
  codes: { node: SyntaxNode; argument: SyntaxNode; text: string }[];
}

/** Keeps each call once: a loop is followed twice, and what its rounds read is joined. */
export function createCallBook() {
  const reads = new Map<SyntaxNode, ReadCall>();
  const writes = new Map<SyntaxNode, WriteCall>();
  const codes = new Map<SyntaxNode, Calls["codes"][number]>();

  function addRead(read: ReadCall): void {
    const before = reads.get(read.node);
    const path = before === undefined ? read.path : join(before.path, read.path);
    const refusal = before?.refusal ?? read.refusal;
    reads.set(read.node, { ...read, path, refusal });
  }

  function addWrite(argument: { node: SyntaxNode; value: Value } | undefined): void {
    if (argument === undefined) return;
    const before = writes.get(argument.node);
    const path = before === undefined ? argument.value : join(before.path, argument.value);
    writes.set(argument.node, { argument: argument.node, path });
  }

  function addCode(code: Calls["codes"][number]): void {
    codes.set(code.node, code);
  }

  function all(): Calls {
    return { reads: [...reads.values()], writes: [...writes.values()], codes: [...codes.values()] };
  }

  return { addRead, addWrite, addCode, all };
}
