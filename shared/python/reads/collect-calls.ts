import type { SiteCode } from "../../contract/script.ts";
import { childOfType, fieldOf, statementsIn, type SyntaxNode } from "../parsing/syntax-node.ts";
import { followProgram } from "../flow/follow-program.ts";
import { argumentAt, type Arguments, type CallContext } from "../flow/observer.ts";
import { importedNames } from "../flow/local-names.ts";
import { globOf, joinPaths } from "../flow/path-calls.ts";
import { combine, elementOf, join, text, UNKNOWN, type Value } from "../flow/value.ts";
import { type Calls, createCallBook } from "./calls.ts";
import { type Mode, modeOf, modeText } from "./open-mode.ts";
import { pandasReaders, type Reader, readers } from "./readers.ts";
import { pathWriters, writerFunctions, writerMethods } from "./writers.ts";

const PATH_READERS: ReadonlySet<string> = new Set(["open", "read_text", "read_bytes"]);
const CODE_RUNNERS = /^(builtins\.(exec|eval|compile)|os\.(system|popen)|subprocess\.\w+|duckdb\.(sql|query|execute))$/;
const LOOKS_LIKE_READING = /read|load|open|scan|parse|import|from_|csv|excel|json|parquet/i;
const CODE_METHODS: ReadonlySet<string> = new Set(["sql", "query", "execute", "executescript"]);

/** Finds every call of a program that reads or writes a file. */
export function collectCalls(root: SyntaxNode, source: string): Calls {
  const { addRead, addWrite, addCode, all } = createCallBook();
  const imported = namesOfImports(root, source);

  function isImported(callee: SyntaxNode): boolean {
    let first = callee;
    while (first.type === "attribute" && fieldOf(first, "object") !== undefined)
      first = fieldOf(first, "object") ?? first;
    const name = source.slice(first.start, first.end);
    return first.type !== "identifier" || imported.has(name) || name === "open" || imported.has("*");
  }

  function call(node: SyntaxNode, value: Value, args: Arguments, about: CallContext): void {
    const callee = fieldOf(node, "function");
    if (callee === undefined) return;
    noteWrite(value, args, about);
    noteCode(node, value, args, about);
    const known = librariesOf(value);
    const name = known.find((each) => readers.has(each));
    const reader = name === undefined ? undefined : readers.get(name);
    if (name !== undefined && reader !== undefined) {
      // `read = pd.read_csv; read("a.csv")`: where it was handed on it is another function already.
      if (reader.how === "callee" && !isImported(callee)) return;
      const argument = argumentAt(args, 0, reader.pathName);
      const mode = modeOf(name, args);
      if (mode === "written") {
        addWrite(argument);
        return;
      }
      const isShadowed = isTorn(value, reader);
      const refusal = isShadowed ? "shadowed_name" : (reader.code ?? refusalOf(callee, mode, argument, args));
      const given = argument?.value ?? UNKNOWN;
      const path = reader.helper === "glob" ? elementOf(globOf(given, false)) : given;
      addRead({
        node,
        callee,
        name,
        reader,
        argument: argument?.node,
        path,
        refusal,
        isMention: false,
        isMethod: false,
      });
      return;
    }
    noteOther(node, callee, args, about);
  }

  /** What only looks like a read: a method of a path, a reader's name on something else. */
  function noteOther(
    node: SyntaxNode,
    callee: SyntaxNode,
    args: Arguments,
    { owner, name, inModule }: CallContext,
  ): void {
    const object = fieldOf(callee, "object");
    if (owner?.some((each) => each.is === "text" && each.isPath) && object !== undefined && PATH_READERS.has(name)) {
      const mode = name === "open" ? modeText(argumentAt(args, 0, "mode")?.value) : "read";
      if (mode === "written") {
        addWrite({ node: object, value: owner });
        return;
      }
      const isPlain = mode === "read" && !args.isUnpacked && (name === "open" || args.positional.length === 0);
      const refusal = isPlain ? undefined : "not_understood";
      const base = { node, callee, name: `pathlib.Path.${name}`, argument: object, path: owner };
      addRead({ ...base, reader: readers.get("builtins.open"), refusal, isMention: false, isMethod: true });
      return;
    }
    if (owner?.some((each) => each.is === "text" && each.isPath) && /^r?glob$/.test(name)) {
      const pattern = combine([owner, argumentAt(args, 0, "pattern")?.value ?? UNKNOWN], joinPaths).map((each) =>
        text(each),
      );
      const base = { node, callee, name: `pathlib.Path.${name}`, reader: undefined, argument: object };
      const path = elementOf(globOf(join(...pattern), true));
      addRead({ ...base, path, refusal: "not_supported", isMention: false, isMethod: true });
      return;
    }
    if (!pandasReaders.has(name) || name === "ExcelFile") {
      noteUnknown(node, callee, args, name);
      return;
    }
    const bound = object?.type === "identifier" ? inModule(source.slice(object.start, object.end)) : undefined;
    const isShadowed = bound?.some((each) => each.is === "library" && readers.has(`${each.name}.${name}`)) === true;
    const argument = args.positional[0];
    addRead({
      node,
      callee,
      name: source.slice(callee.start, callee.end),
      reader: undefined,
      argument: argument?.node,
      path: argument?.value ?? UNKNOWN,
      refusal: isShadowed ? "shadowed_name" : "not_understood",
      isMention: false,
      isMethod: false,
    });
  }

  /** `spark.read.csv("sales.csv")`: worth a word where the text turns out to name a file of the session. */
  function noteUnknown(node: SyntaxNode, callee: SyntaxNode, args: Arguments, name: string): void {
    const argument = args.positional[0];
    if (callee.type !== "attribute" || argument?.node.type !== "string") return;
    if (!LOOKS_LIKE_READING.test(name) || /^to_|^write|writer$/i.test(name)) return;
    const base = { node, callee, name: source.slice(callee.start, callee.end), reader: undefined };
    const path = argument.value;
    addRead({ ...base, argument: argument.node, path, refusal: "not_supported", isMention: false, isMethod: true });
  }

  function noteWrite(value: Value, args: Arguments, { owner, name }: CallContext): void {
    const known = librariesOf(value).find((each) => writerFunctions.has(each));
    const writer = known === undefined ? undefined : writerFunctions.get(known);
    if (writer !== undefined) addWrite(argumentAt(args, writer.position, ...writer.names));
    if (owner === undefined || known !== undefined) return;
    const method = writerMethods.get(name);
    if (method !== undefined) addWrite(argumentAt(args, method.position, ...method.names));
    if (pathWriters.has(name) && owner.some((each) => each.is === "text")) {
      const node = args.positional[0]?.node;
      if (node !== undefined) addWrite({ node, value: owner });
    }
  }

  function noteCode(node: SyntaxNode, value: Value, args: Arguments, { owner, name }: CallContext): void {
    const isRunner = librariesOf(value).some((each) => CODE_RUNNERS.test(each));
    if (!isRunner && (owner === undefined || !CODE_METHODS.has(name))) return;
    const argument = args.positional[0];
    if (argument === undefined) return;
    addCode({ node, argument: argument.node, text: source.slice(argument.node.start, argument.node.end) });
  }

  /** `map(pd.read_csv, files)`: whoever gets it will read by it. */
  function mention(node: SyntaxNode, value: Value): void {
    const [only] = value;
    if (value.length !== 1 || only?.is !== "library" || !readers.get(only.name)?.helper?.startsWith("read_")) return;
    if (node.parent?.type === "attribute") return;
    const base = { node, callee: node, name: only.name, reader: readers.get(only.name), argument: undefined };
    addRead({ ...base, path: UNKNOWN, refusal: undefined, isMention: true, isMethod: false });
  }

  followProgram(root, source, { call, mention });
  return all();
}

/** What imports bind anywhere in the program; `*` where one binds nobody knows what. */
function namesOfImports(root: SyntaxNode, source: string): Set<string> {
  const names = new Set<string>();
  for (const node of statementsIn(root, () => true)) {
    if (node.type !== "import_statement" && node.type !== "import_from_statement") continue;
    if (childOfType(node, "wildcard_import") !== undefined) names.add("*");
    for (const name of importedNames(node, source)) names.add(name);
  }
  return names;
}

/** Whether a function may also be another one: what is no reader, or one that is rewritten in another way. */
function isTorn(callee: Value, reader: Reader): boolean {
  return callee.some((each) => {
    if (each.is === "none") return false;
    return each.is !== "library" || readers.get(each.name)?.helper !== reader.helper;
  });
}

function librariesOf(value: Value): string[] {
  return value.flatMap((possibility) => (possibility.is === "library" ? [possibility.name] : []));
}

function refusalOf(
  callee: SyntaxNode,
  mode: Mode,
  argument: { node: SyntaxNode } | undefined,
  args: Arguments,
): SiteCode | undefined {
  if (mode === "unknown") return "not_understood";
  if (argument === undefined && !args.isUnpacked) return "not_understood";
  // Only a plain name, or a name with dots, is put in another's place.
  if (!/^(identifier|attribute)$/.test(callee.type)) return "not_understood";
  return undefined;
}
