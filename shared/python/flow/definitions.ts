import { fieldOf, namedChildren, type SyntaxNode } from "../parsing/syntax-node.ts";
import { evaluate } from "./evaluate.ts";
import { localNames, targetNames } from "./local-names.ts";
import { followOptional, type Run, type Waiting } from "./run.ts";
import { Scope } from "./scope.ts";
import { join, UNKNOWN, type Value } from "./value.ts";

export function runDefinition(node: SyntaxNode, run: Run): void {
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

export function runClass(node: SyntaxNode, run: Run): void {
  const bases = fieldOf(node, "superclasses");
  for (const base of bases === undefined ? [] : namedChildren(bases)) evaluate(base, run);
  const scope = new Scope("class", run.scope);
  followOptional(fieldOf(node, "body"), { ...run, scope, owner: node });
  const name = fieldOf(node, "name");
  if (name !== undefined) run.scope.bind(run.source.slice(name.start, name.end), [{ is: "class", node }]);
}

export function runFunction({ node, scope: outer, owner, defaults }: Waiting, run: Run): void {
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
  followOptional(body, { ...run, scope, owner: undefined });
}
