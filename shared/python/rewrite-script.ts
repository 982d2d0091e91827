import { basename } from "node:path";
import type { ScriptCode, ScriptReport, ScriptSite } from "../contract/script.ts";
import { readNotebook } from "./notebook/read-notebook.ts";
import { loadParser } from "./parsing/parse-python.ts";
import type { SessionFile } from "./reads/session-files.ts";
import { applyEdits, type Edit } from "./rewriting/edit.ts";
import { type Rewriting, rewriteSource } from "./rewriting/rewrite-source.ts";
import { unifiedDiff } from "./rewriting/unified-diff.ts";
import { scriptLanguage } from "./script-language.ts";
import { readScriptText, type ScriptText } from "./script-text.ts";

/** What became of a script. */
export interface RewrittenScript {
  /** The script that reads tables; undefined where the original stays as it is. */
  output: Buffer | undefined;
  report: Omit<ScriptReport, "output">;
  /** Why all of it was left alone. */
  reason: { code: ScriptCode; detail: string } | undefined;
}

/** Generous for what a person writes; a notebook carries its pictures with it. */
const MAX_BYTES = { python: 2 * 1024 * 1024, notebook: 32 * 1024 * 1024 } as const;

type Language = ScriptReport["language"];

/**
 * Rewrites the reads of a script, or of a notebook's code, of what the session has as tables. Never throws for what is
 * in the file; the parsers are loaded with the first script.
 */
export async function rewriteScript(
  path: string,
  bytes: Buffer,
  files: readonly SessionFile[],
): Promise<RewrittenScript> {
  const language = scriptLanguage(path) ?? "python";
  if (bytes.byteLength > MAX_BYTES[language]) return leftAlone(language, "too_large", "It is too large to be read");
  const script = readScriptText(bytes);
  if (script === undefined) {
    return leftAlone(language, "unknown_encoding", "Its bytes are no text in the encoding that it says, or UTF-8");
  }
  const parser = await loadParser();
  const names = { before: path, after: `workspace/${basename(path)}` };
  return language === "python" ? python() : notebook();

  function python(): RewrittenScript {
    const { text } = script as ScriptText;
    const result = rewriteSource(parser, text, { files, canWrite: (each) => (script as ScriptText).canWrite(each) });
    const sites = result.sites.map((site) => toScriptSite(site, text, 0));
    return finish(result, result.edits, sites);
  }

  function notebook(): RewrittenScript {
    const book = readNotebook((script as ScriptText).text);
    if ("problem" in book) return leftAlone(language, book.problem, book.detail);
    const result = rewriteSource(parser, book.program, { files, canWrite: () => true });
    const sites = result.sites.map((site): ScriptSite => {
      const { cell, text, offset } = book.locate(site.start);
      return { cell, ...toScriptSite(site, text, site.start - offset) };
    });
    const edits = book.toJson(result.edits);
    if (edits === undefined || !isSameNotebook(book.program, result.edits, edits, (script as ScriptText).text)) {
      return leftAlone(language, "not_certain", "The change could not be made inside the notebook's own lines");
    }
    return finish(result, edits, sites);
  }

  function finish({ refusal }: Rewriting, edits: readonly Edit[], sites: ScriptSite[]): RewrittenScript {
    const { text, encoding } = script as ScriptText;
    const isRewritten = edits.length > 0;
    const diff = unifiedDiff(text, edits, names);
    const report = { language, encoding, rewritten: isRewritten, sites, counts: countSites(sites), diff };
    return { output: isRewritten ? (script as ScriptText).edited(edits) : undefined, report, reason: refusal };
  }
}

/** The code of the changed notebook is the changed code: the way into its JSON lost nothing. */
function isSameNotebook(program: string, edits: readonly Edit[], jsonEdits: readonly Edit[], json: string): boolean {
  if (edits.length === 0) return true;
  const book = readNotebook(applyEdits(json, jsonEdits));
  const plain = (text: string) => text.replace(/\s+/g, "\n");
  return !("problem" in book) && plain(book.program) === plain(applyEdits(program, edits));
}

function toScriptSite(site: Rewriting["sites"][number], text: string, base: number): ScriptSite {
  const { start, end, ...rest } = site;
  return { line: lineAt(text, start - base), end_line: lineAt(text, end - base), ...rest };
}

function lineAt(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\r|\n/g)?.length ?? 0) + 1;
}

function countSites(sites: readonly ScriptSite[]): ScriptReport["counts"] {
  const counts = { rewritten_literal: 0, rewritten_runtime: 0, left_alone: 0 };
  for (const site of sites) counts[site.class]++;
  return counts;
}

function leftAlone(language: Language, code: ScriptCode, detail: string): RewrittenScript {
  const report = { language, encoding: "", rewritten: false, sites: [], counts: countSites([]), diff: "" };
  return { output: undefined, report, reason: { code, detail } };
}
