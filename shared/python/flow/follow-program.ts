/**
 * Follows a program in the order in which it runs, and tells an observer of every call with what its arguments may
 * be. Nothing is run: of two branches both are followed and joined, a loop is followed twice, so that what its end
 * leaves is seen at its beginning, and functions come when the scope around them is complete.
 */
import { namedChildren, statementsIn, type SyntaxNode } from "../parsing/syntax-node.ts";
import { assign, runAssignment, runAugmented } from "./assignments.ts";
import { noteAttributes } from "./note-attributes.ts";
import { runFor, runIf, runMatch, runTry, runWhile, runWith } from "./branches.ts";
import { runClass, runDefinition, runFunction } from "./definitions.ts";
import { evaluate } from "./evaluate.ts";
import type { Place } from "./place.ts";
import { runImport, runImportFrom } from "./imports.ts";
import type { Observer } from "./observer.ts";
import { followAll, type Run, type Waiting } from "./run.ts";
import { Scope } from "./scope.ts";

/** Follows the whole of a program. */
export function followProgram(root: SyntaxNode, source: string, observer: Observer): void {
  const scope = new Scope("module");
  for (const name of namesSharedByFunctions(root, source)) scope.shared.add(name);
  const waiting: Waiting[] = [];
  const attributes: Place["attributes"] = new Map();
  const run: Run = { source, scope, observer, attributes, evaluate, assign, waiting, owner: undefined, follow };
  noteAttributes(root, run);
  followAll(root.children, run);
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) runFunction(next, run);
}

function namesSharedByFunctions(root: SyntaxNode, source: string): string[] {
  const names: string[] = [];
  for (const node of statementsIn(root, () => true)) {
    if (node.type === "global_statement") {
      names.push(...namedChildren(node).map(({ start, end }) => source.slice(start, end)));
    }
  }
  return names;
}

function follow(node: SyntaxNode, run: Run): void {
  const statement = statements[node.type];
  if (statement !== undefined) statement(node, run);
  else followAll(node.children, run);
}

const statements: Readonly<Record<string, (node: SyntaxNode, run: Run) => void>> = {
  expression_statement: (node, run) => {
    for (const child of namedChildren(node)) {
      if (child.type === "assignment" || child.type === "augmented_assignment") run.follow(child, run);
      else evaluate(child, run);
    }
  },
  assignment: runAssignment,
  augmented_assignment: runAugmented,
  import_statement: runImport,
  import_from_statement: runImportFrom,
  future_import_statement: () => {},
  if_statement: runIf,
  for_statement: runFor,
  while_statement: runWhile,
  try_statement: runTry,
  with_statement: runWith,
  match_statement: runMatch,
  function_definition: runDefinition,
  class_definition: runClass,
  decorated_definition: (node, run) => followAll(node.children, run),
  decorator: (node, run) => void evaluate(namedChildren(node)[0], run),
  block: (node, run) => followAll(node.children, run),
  comment: () => {},
  global_statement: () => {},
  nonlocal_statement: () => {},
  delete_statement: () => {},
  return_statement: (node, run) => void evaluate(namedChildren(node)[0], run),
  raise_statement: (node, run) => void namedChildren(node).map((child) => evaluate(child, run)),
  assert_statement: (node, run) => void namedChildren(node).map((child) => evaluate(child, run)),
};
