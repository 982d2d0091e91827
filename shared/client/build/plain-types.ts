/**
 * The contract's types without the schemas that they come from, so that whoever installs the client needs no zod and his
 * compiler need not work out what each schema means. Printed by TypeScript's own API, which its releases in Go lack.
 */
import ts from "typescript-with-api";

/** What a module of the contract declares, as far as the client's own declarations ask for it. */
export function plainDeclarations(checker: ts.TypeChecker, source: ts.SourceFile): string {
  const module = checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`Cannot read "${source.fileName}": it is no module`);
  const lines = checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = (exported.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(exported) : exported;
    if ((symbol.flags & ts.SymbolFlags.TypeAlias) !== 0) {
      return [`export type ${exported.name} = ${print(checker, checker.getDeclaredTypeOfSymbol(symbol))};`];
    }
    const route = plainRoute(checker, checker.getTypeOfSymbol(symbol));
    return route === undefined ? [] : [`export declare const ${exported.name}: ${route};`];
  });
  return `${JSON_TYPE}${lines.join("\n")}\n`;
}

/** zod's name for it, which the printed types keep: a type that holds itself has to have one. */
const JSON_TYPE = `type JSONType = string | number | boolean | null | JSONType[] | { [key: string]: JSONType };\n`;

const LITERALS = ["name", "method", "path", "bodyKind"];
const SCHEMAS = ["query", "body", "answer"];

/** Of a route what the client's types look at; undefined of any other value. */
function plainRoute(checker: ts.TypeChecker, route: ts.Type): string | undefined {
  const typeOf = (type: ts.Type, name: string) => {
    const property = type.getProperty(name);
    return property === undefined ? undefined : checker.getTypeOfSymbol(property);
  };
  if (LITERALS.some((name) => typeOf(route, name) === undefined)) return undefined;
  const fields = [...LITERALS, ...SCHEMAS].flatMap((name) => {
    const type = typeOf(route, name);
    if (type === undefined) return [];
    const inside = typeOf(type, "_zod");
    if (inside === undefined) return [`${name}: ${print(checker, type)}`];
    const [input, output] = ["input", "output"].map((side) => print(checker, typeOf(inside, side) ?? type));
    return [`${name}: { _zod: { input: ${input}; output: ${output} } }`];
  });
  return `{ ${fields.join("; ")} }`;
}

function print(checker: ts.TypeChecker, type: ts.Type): string {
  const { NoTruncation, InTypeAlias } = ts.TypeFormatFlags;
  return checker
    .typeToString(type, undefined, NoTruncation | InTypeAlias)
    .replaceAll("z.core.util.JSONType", "JSONType");
}
