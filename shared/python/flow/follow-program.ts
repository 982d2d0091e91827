/**
 * Follows a program in the order in which it runs, and tells an observer of every call with what its arguments may
 * be. Nothing is run: of two branches both are followed and joined, a loop is followed twice, so that what its end
 * leaves is seen at its beginning, and functions come when the scope around them is complete.
 */
import {
  childOfType,
  fieldOf,
  fieldsOf,
  namedChildren,
  statementsIn,
  type SyntaxNode,
} from "../parsing/syntax-node.ts";
import { evaluate, type Place } from "./evaluate.ts";
import { localNames, targetNames } from "./local-names.ts";
import type { Observer } from "./observer.ts";
import { Scope } from "./scope.ts";
import { concatenate } from "./format-text.ts";
import { elementOf, join, library, listOf, UNKNOWN, type Value } from "./value.ts";

/** A function whose body waits until the scope around it is complete. */
interface Waiting {
  node: SyntaxNode;
  scope: Scope;
  owner: SyntaxNode | undefined;
  defaults: ReadonlyMap<string, Value>;
}

interface Run extends Place {
  waiting: Waiting[];
  /** The class whose body this is. */
  owner: SyntaxNode | undefined;
}

/** Follows the whole of a program. */
export function followProgram(root: SyntaxNode, source: string, observer: Observer): void {
  const scope = new Scope("module");
  for (const name of namesSharedByFunctions(root, source)) scope.shared.add(name);
  const waiting: Waiting[] = [];
  const attributes: Place["attributes"] = new Map();
  const run: Run = { source, scope, observer, attributes, assign, waiting, owner: undefined };
  noteAttributes(root, run);
  runAll(root.children, run);
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

/** `self.path = "data.csv"`, wherever in a class: found before anything is followed, for methods come in any order. */
function noteAttributes(root: SyntaxNode, run: Run): void {
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

function runAll(nodes: readonly SyntaxNode[], run: Run): void {
  for (const node of nodes) if (node.isNamed) runStatement(node, run);
}

function runStatement(node: SyntaxNode, run: Run): void {
  const statement = statements[node.type];
  if (statement !== undefined) statement(node, run);
  else runAll(node.children, run);
}

const statements: Readonly<Record<string, (node: SyntaxNode, run: Run) => void>> = {
  expression_statement: (node, run) => {
    for (const child of namedChildren(node)) {
      if (child.type === "assignment" || child.type === "augmented_assignment") runStatement(child, run);
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
  decorated_definition: (node, run) => runAll(node.children, run),
  decorator: (node, run) => void evaluate(namedChildren(node)[0], run),
  block: (node, run) => runAll(node.children, run),
  comment: () => {},
  global_statement: () => {},
  nonlocal_statement: () => {},
  delete_statement: () => {},
  return_statement: (node, run) => void evaluate(namedChildren(node)[0], run),
  raise_statement: (node, run) => void namedChildren(node).map((child) => evaluate(child, run)),
  assert_statement: (node, run) => void namedChildren(node).map((child) => evaluate(child, run)),
};

function runAssignment(node: SyntaxNode, run: Run): void {
  const right = fieldOf(node, "right");
  const left = fieldOf(node, "left");
  if (left === undefined) return;
  if (right === undefined) return; // only an annotation
  // `a = b = value`: the value of an assignment is that of its innermost right side.
  const value = right.type === "assignment" ? runChain(right, run) : evaluate(right, run);
  assign(left, value, run);
}

function runChain(node: SyntaxNode, run: Run): Value {
  const right = fieldOf(node, "right");
  const value = right?.type === "assignment" ? runChain(right, run) : evaluate(right, run);
  const left = fieldOf(node, "left");
  if (left !== undefined) assign(left, value, run);
  return value;
}

function runAugmented(node: SyntaxNode, run: Run): void {
  const left = fieldOf(node, "left");
  const value = evaluate(fieldOf(node, "right"), run);
  if (left?.type !== "identifier") return;
  const name = run.source.slice(left.start, left.end);
  const before = run.scope.find(name) ?? UNKNOWN;
  const isText = before.some((possibility) => possibility.is === "text");
  const isList = before.some((possibility) => possibility.is === "list");
  const both = isList ? listOf(join(elementOf(before), elementOf(value))) : UNKNOWN;
  run.scope.bind(name, isText ? concatenate([before, value]) : both);
}

/** Binds the names of a target to a value, piece by piece where both have pieces. */
function assign(target: SyntaxNode, value: Value, place: Place): void {
  const { scope, source } = place;
  if (target.type === "identifier") {
    scope.bind(source.slice(target.start, target.end), value);
    return;
  }
  if (!/^(pattern_list|tuple_pattern|list_pattern|tuple|list|expression_list)$/.test(target.type)) {
    evaluateTarget(target, place);
    return;
  }
  const [only] = value;
  const items = only?.is === "tuple" && value.length === 1 ? only.items : undefined;
  for (const [index, child] of namedChildren(target).entries()) {
    assign(child, items?.[index] ?? (items === undefined ? elementOf(value) : UNKNOWN), place);
  }
}

/** `data[load()] = …`: what is called on the way to a target. */
function evaluateTarget(target: SyntaxNode, place: Place): void {
  for (const child of namedChildren(target)) if (child.type !== "identifier") evaluate(child, place);
}

function runImport(node: SyntaxNode, { scope, source }: Run): void {
  for (const imported of fieldsOf(node, "name")) {
    const module = moduleName(fieldOf(imported, "name") ?? imported, source);
    const alias = fieldOf(imported, "alias");
    const top = module.split(".")[0] ?? module;
    if (alias !== undefined) scope.bind(source.slice(alias.start, alias.end), library(module));
    else scope.bind(top, library(top));
  }
}

function runImportFrom(node: SyntaxNode, { scope, source }: Run): void {
  const from = fieldOf(node, "module_name");
  if (from === undefined) return;
  const module = moduleName(from, source);
  if (childOfType(node, "wildcard_import") !== undefined) scope.module().stars.push(module);
  for (const imported of fieldsOf(node, "name")) {
    const name = moduleName(fieldOf(imported, "name") ?? imported, source);
    const alias = fieldOf(imported, "alias");
    const bound = alias === undefined ? name : source.slice(alias.start, alias.end);
    // A module of the script's own folder may have any names in it.
    scope.bind(bound, module.startsWith(".") ? UNKNOWN : library(`${module}.${name}`));
  }
}

function moduleName({ start, end }: SyntaxNode, source: string): string {
  return source.slice(start, end).replace(/[\s\\]+/g, "");
}

function runIf(node: SyntaxNode, run: Run): void {
  const before = run.scope.snapshot();
  evaluate(fieldOf(node, "condition"), run);
  runOptional(fieldOf(node, "consequence"), run);
  const branches = [run.scope.now];
  let isComplete = false;
  for (const alternative of fieldsOf(node, "alternative")) {
    run.scope.now = new Map(before);
    evaluate(fieldOf(alternative, "condition"), run);
    runOptional(fieldOf(alternative, "consequence") ?? fieldOf(alternative, "body"), run);
    branches.push(run.scope.now);
    if (alternative.type === "else_clause") isComplete = true;
  }
  run.scope.merge(isComplete ? branches : [...branches, before]);
}

function runOptional(node: SyntaxNode | undefined, run: Run): void {
  if (node !== undefined) runStatement(node, run);
}

function runFor(node: SyntaxNode, run: Run): void {
  const items = evaluate(fieldOf(node, "right"), run);
  const left = fieldOf(node, "left");
  runLoop(node, run, () => {
    if (left !== undefined) assign(left, elementOf(items), run);
  });
}

function runWhile(node: SyntaxNode, run: Run): void {
  runLoop(node, run, () => void evaluate(fieldOf(node, "condition"), run));
}

/** Twice: what a round leaves behind is there in the next. */
function runLoop(node: SyntaxNode, run: Run, begin: () => void): void {
  for (let round = 0; round < 2; round++) {
    const before = run.scope.snapshot();
    begin();
    runOptional(fieldOf(node, "body"), run);
    run.scope.merge([run.scope.now, before]);
  }
  runOptional(fieldOf(node, "alternative"), run);
}

function runTry(node: SyntaxNode, run: Run): void {
  const before = run.scope.snapshot();
  runOptional(fieldOf(node, "body"), run);
  const branches = [run.scope.now];
  const halfway = [before, run.scope.now];
  for (const clause of namedChildren(node)) {
    if (!/^except/.test(clause.type)) continue;
    run.scope.merge(halfway);
    runAll(clause.children, run);
    branches.push(run.scope.now);
  }
  run.scope.merge(branches);
  for (const clause of namedChildren(node)) {
    if (clause.type === "else_clause" || clause.type === "finally_clause") runAll(clause.children, run);
  }
}

function runWith(node: SyntaxNode, run: Run): void {
  const clause = childOfType(node, "with_clause");
  for (const item of clause === undefined ? [] : namedChildren(clause)) runWithItem(fieldOf(item, "value"), run);
  runOptional(fieldOf(node, "body"), run);
}

function runWithItem(value: SyntaxNode | undefined, run: Run): void {
  if (value?.type !== "as_pattern") {
    evaluate(value, run);
    return;
  }
  const [expression] = namedChildren(value);
  const result = evaluate(expression, run);
  const alias = fieldOf(value, "alias");
  for (const target of alias === undefined ? [] : namedChildren(alias)) assign(target, result, run);
}

function runMatch(node: SyntaxNode, run: Run): void {
  for (const subject of fieldsOf(node, "subject")) evaluate(subject, run);
  const before = run.scope.snapshot();
  const branches = [before];
  for (const clause of fieldOf(node, "body")?.children.filter(({ type }) => type === "case_clause") ?? []) {
    run.scope.now = new Map(before);
    runOptional(fieldOf(clause, "consequence"), run);
    branches.push(run.scope.now);
  }
  run.scope.merge(branches);
}

function runDefinition(node: SyntaxNode, run: Run): void {
  const defaults = new Map<string, Value>();
  const parameters = fieldOf(node, "parameters");
  for (const parameter of parameters === undefined ? [] : namedChildren(parameters)) {
    const value = fieldOf(parameter, "value");
    for (const name of parameterNames(parameter, run.source)) {
      // Who calls may give anything, also what the default says.
      defaults.set(name, value === undefined ? UNKNOWN : join(evaluate(value, run), UNKNOWN));
    }
  }
  const name = fieldOf(node, "name");
  if (name !== undefined) run.scope.bind(run.source.slice(name.start, name.end), [{ is: "function", node }]);
  run.waiting.push({ node, scope: run.scope, owner: run.owner, defaults });
}

function parameterNames(parameter: SyntaxNode, source: string): string[] {
  if (parameter.type === "identifier") return [source.slice(parameter.start, parameter.end)];
  const name = fieldOf(parameter, "name");
  if (name !== undefined) return targetNames(name, source);
  return namedChildren(parameter)
    .filter(({ type }) => type === "identifier")
    .map(({ start, end }) => source.slice(start, end))
    .slice(0, 1);
}

function runClass(node: SyntaxNode, run: Run): void {
  const bases = fieldOf(node, "superclasses");
  for (const base of bases === undefined ? [] : namedChildren(bases)) evaluate(base, run);
  const scope = new Scope("class", run.scope);
  runOptional(fieldOf(node, "body"), { ...run, scope, owner: node });
  const name = fieldOf(node, "name");
  if (name !== undefined) run.scope.bind(run.source.slice(name.start, name.end), [{ is: "class", node }]);
}

function runFunction({ node, scope: outer, owner, defaults }: Waiting, run: Run): void {
  const body = fieldOf(node, "body");
  if (body === undefined) return;
  const { own, shared } = localNames(body, run.source);
  const scope = new Scope("function", outer, own);
  for (const name of shared) scope.shared.add(name);
  const [first] = defaults.keys();
  for (const [name, value] of defaults) {
    const isSelf = owner !== undefined && name === first && /^(self|cls)$/.test(name);
    scope.bind(name, isSelf ? [{ is: "class", node: owner }] : value);
  }
  runOptional(body, { ...run, scope, owner: undefined });
}
