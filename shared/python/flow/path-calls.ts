/** What Python's own functions make of paths and texts, as far as one can know without running them. */
import {
  combine,
  elementOf,
  join,
  knownText,
  listOf,
  type Pattern,
  patternsOf,
  STREAM,
  text,
  UNKNOWN,
} from "./value.ts";
import type { Value } from "./value.ts";

type Call = (args: readonly Value[]) => Value;

const UNKNOWN_TEXT = text([null]);

function asText(patterns: readonly Pattern[], isPath = false): Value {
  return join(...patterns.map((pattern) => text(pattern, isPath)));
}

/** As `os.path.join`: an absolute part begins anew. */
export function joinPaths(parts: readonly Pattern[]): Pattern {
  let joined: (string | null)[] = [];
  for (const part of parts) {
    const [first] = part;
    if (typeof first === "string" && /^([/\\]|[A-Za-z]:)/.test(first)) joined = [];
    const last = joined.at(-1);
    const isOpen = joined.length > 0 && !(typeof last === "string" && /[/\\]$/.test(last));
    joined.push(...(isOpen ? ["/"] : []), ...part);
  }
  return joined;
}

const joinAsText: Call = (args) => asText(combine(args, joinPaths));
const joinAsPath: Call = (args) => (args.length === 0 ? text(["."], true) : asText(combine(args, joinPaths), true));
const same: Call = ([first = UNKNOWN]) => first;
const sameText: Call = ([first = UNKNOWN]) => asText(patternsOf(first));
/** Somewhere above, ending as before. */
const absolute: Call = ([first = UNKNOWN]) => asText(patternsOf(first).map((pattern) => [null, "/", ...pattern]));
const firstOf: Call = ([first = UNKNOWN]) => listOf(elementOf(first));

/** The last component, where it is known how the pattern ends. */
function baseName(pattern: Pattern): Pattern {
  const last = pattern.at(-1);
  if (typeof last !== "string") return [null];
  const cut = Math.max(last.lastIndexOf("/"), last.lastIndexOf("\\"));
  if (cut >= 0) return [last.slice(cut + 1)];
  return pattern.length === 1 ? [last] : [null, last];
}

/** `*`, `?` and `[…]` as holes. */
function globbed(pattern: Pattern): Pattern {
  return pattern.flatMap((part) => (part === null ? [null] : part.split(/(?:\*|\?|\[[^\]]*\])+/).flatMap(withHole)));
}

function withHole(part: string, index: number): (string | null)[] {
  return index === 0 ? [part] : [null, part];
}

export function globOf(value: Value, isPath: boolean): Value {
  return listOf(asText(patternsOf(value).map(globbed), isPath));
}

/** Functions by their full name. What is not here makes something unknown. */
export const knownCalls: Readonly<Record<string, Call>> = {
  "os.path.join": joinAsText,
  "posixpath.join": joinAsText,
  "ntpath.join": joinAsText,
  "os.path.abspath": absolute,
  "os.path.realpath": absolute,
  "os.path.normpath": sameText,
  "os.path.normcase": sameText,
  "os.path.relpath": absolute,
  "os.path.expanduser": sameText,
  "os.path.expandvars": () => UNKNOWN_TEXT,
  "os.path.dirname": () => UNKNOWN_TEXT,
  "os.path.basename": ([first = UNKNOWN]) => asText(patternsOf(first).map(baseName)),
  "os.fspath": sameText,
  "os.getcwd": () => UNKNOWN_TEXT,
  "os.listdir": () => listOf(UNKNOWN_TEXT),
  "pathlib.Path": joinAsPath,
  "pathlib.PurePath": joinAsPath,
  "pathlib.PosixPath": joinAsPath,
  "pathlib.WindowsPath": joinAsPath,
  "pathlib.PurePosixPath": joinAsPath,
  "pathlib.PureWindowsPath": joinAsPath,
  "pathlib.Path.cwd": () => text([null], true),
  "pathlib.Path.home": () => text([null], true),
  "glob.glob": ([first = UNKNOWN]) => globOf(first, false),
  "glob.iglob": ([first = UNKNOWN]) => globOf(first, false),
  "builtins.str": sameText,
  "builtins.repr": () => UNKNOWN_TEXT,
  "builtins.input": () => UNKNOWN_TEXT,
  "builtins.sorted": firstOf,
  "builtins.list": firstOf,
  "builtins.set": firstOf,
  "builtins.tuple": firstOf,
  "builtins.reversed": firstOf,
  "builtins.iter": firstOf,
  "builtins.next": ([first = UNKNOWN]) => elementOf(first),
  "builtins.enumerate": ([first = UNKNOWN]) => listOf([{ is: "tuple", items: [UNKNOWN, elementOf(first)] }]),
  "builtins.zip": (args) => listOf([{ is: "tuple", items: args.map(elementOf) }]),
  "tqdm.tqdm": same,
  "tqdm.auto.tqdm": same,
  "tqdm.notebook.tqdm": same,
  "io.StringIO": () => STREAM,
  "io.BytesIO": () => STREAM,
  "io.TextIOWrapper": () => STREAM,
  "StringIO.StringIO": () => STREAM,
  "urllib.request.urlopen": () => STREAM,
  "urllib2.urlopen": () => STREAM,
  "gzip.open": () => STREAM,
  // A script that was rewritten before, and comes in again.
  "session_data.path": () => STREAM,
  "session_data.open": () => STREAM,
  "session_data.glob": ([first = UNKNOWN]) => globOf(first, false),
};

/** Methods of texts and paths; undefined for one that is not known. */
export function callMethod(owner: Value, name: string, args: readonly Value[]): Value | undefined {
  const isPath = owner.some((possibility) => possibility.is === "text" && possibility.isPath);
  const patterns = patternsOf(owner);
  switch (name) {
    case "joinpath":
      return asText(combine([owner, ...args], joinPaths), true);
    case "resolve":
    case "absolute":
      return asText(
        patterns.map((pattern) => [null, "/", ...pattern]),
        true,
      );
    case "expanduser":
    case "as_posix":
    case "strip":
    case "rstrip":
    case "lstrip":
      return asText(patterns, isPath && name === "expanduser");
    case "with_name":
      return asText(
        patternsOf(args[0] ?? UNKNOWN).map((pattern) => [null, "/", ...pattern]),
        true,
      );
    case "glob":
    case "rglob":
      return isPath ? globOf(asText(combine([owner, args[0] ?? UNKNOWN], joinPaths)), true) : undefined;
    case "iterdir":
      return isPath ? listOf(text([null], true)) : undefined;
    case "lower":
    case "upper":
    case "replace":
    case "with_suffix":
      return mapKnown(owner, name, args.map(knownText), isPath);
    default:
      return undefined;
  }
}

function mapKnown(owner: Value, name: string, args: readonly (string | undefined)[], isPath: boolean): Value {
  const known = knownText(owner);
  const [first, second] = args;
  if (known === undefined) return text([null], isPath);
  if (name === "lower") return text([known.toLowerCase()], isPath);
  if (name === "upper") return text([known.toUpperCase()], isPath);
  if (name === "with_suffix" && first !== undefined) return text([known.replace(/\.[^./]*$/, "") + first], true);
  if (name === "replace" && first && second !== undefined) return text([known.replaceAll(first, second)], isPath);
  return text([null], isPath);
}
