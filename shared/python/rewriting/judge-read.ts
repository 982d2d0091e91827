import type { SiteClass, SiteCode } from "../../contract/script.ts";
import { knownText } from "../flow/value.ts";
import { stringParts } from "../parsing/string-literal.ts";
import { childOfType, fieldOf, type SyntaxNode } from "../parsing/syntax-node.ts";
import type { Calls, ReadCall } from "../reads/calls.ts";
import { isAlsoWritten, judgePath } from "../reads/judge-path.ts";
import { countAgreeing, partsOf, type SessionFile } from "../reads/session-files.ts";
import type { Edit } from "./edit.ts";

/** What is to be done at one read. */
export interface Judgement {
  read: ReadCall;
  class: SiteClass;
  code: SiteCode | null;
  tables: string[];
  edits: Edit[];
}

/** What the judgement of a script's reads needs to know. */
export interface Surroundings {
  source: string;
  files: readonly SessionFile[];
  calls: Calls;
  /** How the helper is called in this script. */
  helper: string;
  /** Whether the script's encoding has all characters of a text. */
  canWrite(text: string): boolean;
}

/** Judges every read of a script: what is changed, or why nothing is. */
export function judgeReads(around: Surroundings): Judgement[] {
  const torn = conflictingPaths(around);
  return around.calls.reads
    .map((read) => judgeRead(read, around, torn))
    .filter((judgement) => judgement !== undefined)
    .sort((one, other) => one.read.node.start - other.read.node.start);
}

function judgeRead(read: ReadCall, around: Surroundings, torn: ReadonlySet<string>): Judgement | undefined {
  const { reader, argument } = read;
  const verdict = judgePath(read.path, around.files);
  const leave = (code: SiteCode): Judgement => ({ read, class: "left_alone", code, tables: [], edits: [] });
  // Of everything that is only a question, or not understood, only what concerns the session is worth a word.
  const isKnownFile = verdict.files.length > 0;
  if (reader?.isOnlyForKnown === true && (!isKnownFile || read.refusal !== undefined)) return undefined;
  if (read.isMethod && read.refusal !== undefined && !isKnownFile) return undefined;
  if (read.refusal !== undefined) return leave(read.refusal);
  if (reader === undefined) return leave("not_understood");
  // Asked for a whole folder, the helper would add the session's files to it.
  if (reader.helper === "glob" && !isKnownFile) return leave(verdict.code ?? "not_understood");
  if (read.isMention) return { ...rewritten(read, around, "rewritten_runtime", []), tables: [] };
  if (argument !== undefined && isGenerator(argument)) return leave("not_supported");
  if (reader.how === "path" && hasWildcard(read) && verdict.code !== "url") return leave("not_supported");
  if (verdict.code !== undefined) return leave(verdict.code);
  const understood = verdict.files.filter(({ kind }) => reader.kinds === undefined || reader.kinds.includes(kind));
  if (isKnownFile && understood.length === 0 && verdict.isKnown) return leave("not_supported");
  if (argument !== undefined) {
    const text = around.source.slice(argument.start, argument.end);
    if (isAlsoWritten({ path: read.path, text }, around.calls.writes, around.source)) return leave("also_written");
  }
  const known = knownText(read.path);
  if (known !== undefined && torn.has(known)) return leave("ambiguous_path");
  const isLiteral =
    argument !== undefined && isPlainString(argument, around.source) && known !== undefined && understood.length === 1;
  return rewritten(read, around, isLiteral ? "rewritten_literal" : "rewritten_runtime", understood);
}

/** Text and nothing else: in an f-string something else may be looked at. */
function isPlainString(node: SyntaxNode, source: string): boolean {
  return node.type === "string" && !/[fFtTbB]/.test(stringParts(node, source).prefix);
}

function isGenerator({ type }: SyntaxNode): boolean {
  return type === "generator_expression";
}

/** Readers that take a pattern for many files want them on disk. */
function hasWildcard({ path }: ReadCall): boolean {
  const known = knownText(path);
  return known !== undefined && /[*?[]/.test(known);
}

/**
 * Paths that share their file's name and differ in their folders (`train/data.csv`, `test/data.csv`), of which the
 * session has only one: it cannot be both.
 */
function conflictingPaths({ calls, files }: Surroundings): Set<string> {
  const known = [...new Set(calls.reads.flatMap(({ path }) => knownText(path) ?? []))];
  const byFile = Map.groupBy(
    known,
    (path) => judgePath([{ is: "text", parts: [path], isPath: false }], files).files[0],
  );
  const torn = new Set<string>();
  for (const [file, paths] of byFile) {
    if (file === undefined) continue;
    const all = paths.map((path) => ({ path, parts: partsOf(path) }));
    const isOne = all.every((one) => all.every((other) => areNested(one.parts, other.parts)));
    if (!isOne) for (const { path } of all) torn.add(path);
  }
  return torn;
}

function areNested(one: readonly string[], other: readonly string[]): boolean {
  return countAgreeing(one, other) === Math.min(one.length, other.length);
}

function rewritten(
  read: ReadCall,
  around: Surroundings,
  kind: "rewritten_literal" | "rewritten_runtime",
  files: readonly SessionFile[],
): Judgement {
  const tables = files.flatMap((file) => file.tables);
  return { read, class: kind, code: null, tables, edits: editsOf(read, around, kind, files) };
}

function editsOf(
  read: ReadCall,
  { source, helper, canWrite }: Surroundings,
  kind: "rewritten_literal" | "rewritten_runtime",
  files: readonly SessionFile[],
): Edit[] {
  const { callee, argument, reader } = read;
  if (read.isMethod) return methodEdits(read, source, helper);
  if (reader?.how === "path") {
    if (argument === undefined) return [];
    return [
      { start: argument.start, end: argument.start, text: `${helper}.path(` },
      { start: argument.end, end: argument.end, text: ")" },
    ];
  }
  const edits: Edit[] = [{ start: callee.start, end: callee.end, text: `${helper}.${reader?.helper ?? ""}` }];
  const [file] = files;
  const table = file?.tables[0];
  // A workbook of several sheets keeps its path: which sheet is meant, the other arguments say.
  const isOneTable = file?.tables.length === 1 && file.sheets <= 1;
  if (kind === "rewritten_literal" && argument !== undefined && table !== undefined && isOneTable && canWrite(table)) {
    edits.push({ start: argument.start, end: argument.end, text: literal(argument, source, table) });
  }
  return edits;
}

/** The table's name between the quotes that the author uses. */
function literal(node: SyntaxNode, source: string, table: string): string {
  const { prefix, quote } = stringParts(node, source);
  return `${prefix}${quote}${table}${quote}`;
}

/** `path.open("rb")` → `session_data.open(path, "rb")`; `path.read_text()` → `session_data.open(path).read()`. */
function methodEdits({ node, callee, name, argument }: ReadCall, source: string, helper: string): Edit[] {
  const list = fieldOf(node, "arguments");
  const open = list === undefined ? undefined : childOfType(list, "(");
  if (argument === undefined || list === undefined || open === undefined) return [];
  const method = name.slice(name.lastIndexOf(".") + 1);
  const hasArguments = list.children.some(({ isNamed, type }) => isNamed && type !== "comment");
  const mode = method === "read_bytes" ? ', "rb"' : "";
  const between = `${mode}${hasArguments ? ", " : ""}`;
  const edits: Edit[] = [
    { start: callee.start, end: argument.start, text: `${helper}.open(` },
    { start: argument.end, end: open.end, text: between },
  ];
  // What stands between the object and its method goes with them; nothing a person wrote may.
  if (/[#\n\r]/.test(source.slice(argument.end, open.end))) return [];
  if (method !== "open") edits.push({ start: node.end, end: node.end, text: ".read()" });
  return edits;
}
