import type { Parser } from "web-tree-sitter";
import type { ScriptCode, ScriptSite } from "../../contract/script.ts";
import { areEqualOutside, type Masked } from "../parsing/compare-trees.ts";
import { parsePython } from "../parsing/parse-python.ts";
import type { SyntaxNode } from "../parsing/syntax-node.ts";
import { findInvalidity } from "../parsing/validity.ts";
import type { Calls } from "../reads/calls.ts";
import { collectCalls } from "../reads/collect-calls.ts";
import { siteSentences } from "../reads/sentences.ts";
import { partsOf, type SessionFile } from "../reads/session-files.ts";
import { applyEdits, type Edit } from "./edit.ts";
import { chooseHelperName } from "./helper-name.ts";
import { importEdit } from "./import-line.ts";
import { type Judgement, judgeReads } from "./judge-read.ts";

/** A place of a script, by offsets in its text. */
export type Site = Omit<ScriptSite, "line" | "end_line" | "cell"> & { start: number; end: number };

export interface Rewriting {
  /** Empty where the text stays as it is. */
  edits: Edit[];
  sites: Site[];
  /** Why all of it was left alone. */
  refusal: { code: ScriptCode; detail: string } | undefined;
}

export interface RewriteOptions {
  files: readonly SessionFile[];
  canWrite(text: string): boolean;
}

/** Scripts without such a word read nothing that we know; nobody needs to look at them more closely. */
const MAY_READ = /read_|open|load|genfromtxt|recfrom|ExcelFile|scan_|glob|ParquetFile|Book|readxl|read\b/;

/**
 * Finds the reads of a program and what to change. Never throws for what is in the text, and never answers edits that
 * it has not tried: the result is valid, and the same program outside of them.
 */
export function rewriteSource(parser: Parser, source: string, options: RewriteOptions): Rewriting {
  const invalidity = findInvalidity(source);
  if (invalidity !== undefined) return refuse(invalidity.code, invalidity.detail);
  if (!MAY_READ.test(source)) return refuse("no_reads", "It reads no file that could be a table");
  const root = parsePython(parser, source);
  if (root === undefined) return refuse("too_deep", "It is nested too deeply to be read, or takes too long");
  const calls = collectCalls(root, source);
  const helper = chooseHelperName(source);
  const judgements = judgeReads({ source, calls, helper: helper.name, ...options });
  const changes = judgements.filter(({ edits }) => edits.length > 0);
  const sites = [...judgements.map((each) => toSite(each, source)), ...sitesInTexts(calls, source, options.files)];
  sites.sort((one, other) => one.start - other.start);
  if (sites.length === 0) return refuse("no_reads", "It reads no file that could be a table");
  if (changes.length === 0) {
    return { edits: [], sites, refusal: { code: "nothing_to_rewrite", detail: "Nothing it reads has become a table" } };
  }
  const imported = helper.line === undefined ? undefined : importEdit(root, source, helper.line);
  if (helper.line !== undefined && imported === undefined) {
    return leaveAll(sites, "no_place_for_import", "There is no line on which the helper could be imported");
  }
  const edits = [...changes.flatMap((change) => change.edits), ...(imported === undefined ? [] : [imported])];
  if (!isProven({ parser, source, root, changes, edits, imported })) {
    return leaveAll(sites, "not_certain", "The result could not be proven to be the same program elsewhere");
  }
  return { edits, sites, refusal: undefined };
}

function refuse(code: ScriptCode, detail: string): Rewriting {
  return { edits: [], sites: [], refusal: { code, detail } };
}

function leaveAll(sites: readonly Site[], code: ScriptCode, detail: string): Rewriting {
  const left = sites.map((site): Site => {
    if (site.class === "left_alone") return site;
    const sentence = siteSentences.not_understood;
    return { ...site, class: "left_alone", code: "not_understood", sentence, new_text: null };
  });
  return { edits: [], sites: left, refusal: { code, detail } };
}

function toSite({ read, class: kind, code, tables, edits }: Judgement, source: string): Site {
  const { start, end } = read.node;
  const moved = edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }));
  const old = source.slice(start, end);
  const sentence = code === null ? describe(kind, tables) : siteSentences[code];
  const newText = code === null ? applyEdits(old, moved) : null;
  return { start, end, reader: read.name, class: kind, code, sentence, old_text: old, new_text: newText, tables };
}

function describe(kind: Judgement["class"], tables: readonly string[]): string {
  if (kind === "rewritten_literal") return `It reads ${tables.join(", ")} now`;
  const found = tables.length === 0 ? "" : `, which may be ${tables.join(", ")}`;
  return `Its path is looked up when it runs${found}; a file that is in no table is read from disk, as before`;
}

/** Texts that are run as code and name a file of the session, or read one. */
function sitesInTexts({ codes }: Calls, source: string, files: readonly SessionFile[]): Site[] {
  const names = files.map(({ path }) => partsOf(path).at(-1) ?? path);
  const told = codes.filter(
    ({ text }) => /read_(csv|excel|json|parquet|table)\s*\(/.test(text) || names.some((name) => text.includes(name)),
  );
  return told.map(({ node: { start, end } }) => {
    const base = { start, end, reader: "text", class: "left_alone", code: "inside_string" } as const;
    return {
      ...base,
      sentence: siteSentences.inside_string,
      old_text: source.slice(start, end),
      new_text: null,
      tables: [],
    };
  });
}

interface Proof {
  parser: Parser;
  source: string;
  root: SyntaxNode;
  changes: readonly Judgement[];
  edits: readonly Edit[];
  imported: Edit | undefined;
}

/** Whether the result is valid, and the same tree outside of what was meant to change. */
function isProven({ parser, source, root, changes, edits, imported }: Proof): boolean {
  const result = applyEdits(source, edits);
  if (findInvalidity(result) !== undefined) return false;
  const after = parsePython(parser, result);
  if (after === undefined) return false;
  const places = mover(edits, imported);
  const masks = changes
    .flatMap((change) => masksOf(change))
    .map((mask): Masked => ({ ...mask, newStart: places.before(mask.start), newEnd: places.after(mask.end) }));
  const extra = imported === undefined ? undefined : places.ofImport(imported);
  return areEqualOutside({ source, root }, { source: result, root: after }, masks, extra);
}

function masksOf({ read, edits }: Judgement): Pick<Masked, "start" | "end" | "isWrapped">[] {
  const { node, argument, reader, isMethod } = read;
  if (isMethod) return [{ start: node.start, end: node.end, isWrapped: false }];
  if (reader?.how === "path" && argument !== undefined) {
    return [{ start: argument.start, end: argument.end, isWrapped: true }];
  }
  return edits.map(({ start, end }) => ({ start, end, isWrapped: false }));
}

/** Where offsets of the text before are in the text after: in front of what is inserted there, or behind it. */
function mover(edits: readonly Edit[], imported: Edit | undefined) {
  const sum = (isBefore: (edit: Edit) => boolean) =>
    edits.filter(isBefore).reduce((total, { start, end, text }) => total + text.length - (end - start), 0);
  const isPassed = ({ start, end }: Edit, offset: number) => end <= offset && start < offset;
  return {
    // The line of the import comes before whatever begins where it is put.
    before: (at: number) => at + sum((edit) => isPassed(edit, at) || (edit === imported && edit.start <= at)),
    after: (at: number) => at + sum(({ end }) => end <= at),
    ofImport: (edit: Edit) =>
      edit.start +
      sum((each) => each !== edit && isPassed(each, edit.start)) +
      (/^[\r\n]*/.exec(edit.text)?.[0].length ?? 0),
  };
}
