import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readNotebook } from "../../../shared/python/notebook/read-notebook.ts";
import type { SessionFile } from "../../../shared/python/reads/session-files.ts";
import { readScriptText } from "../../../shared/python/script-text.ts";
import { scriptLanguage } from "../../../shared/python/script-language.ts";

/** A script of a folder, with the data files that it names: as if each of them had become a table. */
export interface FoundScript {
  path: string;
  bytes: Buffer;
  files: SessionFile[];
}

const KINDS: Readonly<Record<string, SessionFile["kind"]>> = {
  csv: "delimited",
  tsv: "delimited",
  txt: "delimited",
  data: "delimited",
  dat: "delimited",
  xls: "workbook",
  xlsx: "workbook",
  json: "json",
  parquet: "parquet",
};
const NAMED = /([\w .()-]+\.(csv|tsv|txt|data|dat|xlsx?|json|parquet))\b/gi;

/** Every script and notebook below a folder. */
export function* findScripts(folder: string): Generator<FoundScript> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || scriptLanguage(entry.name) === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    yield { path, bytes, files: filesNamedIn(bytes.toString("utf8")) };
  }
}

/** One table for every data file that a text names. */
export function filesNamedIn(text: string): SessionFile[] {
  const names = new Map<string, SessionFile>();
  for (const [, found = "", ending = ""] of text.matchAll(NAMED)) {
    const name = found.trim();
    const kind = KINDS[ending.toLowerCase()] ?? "delimited";
    const table = name
      .toLowerCase()
      .replace(/\.\w+$/, "")
      .replace(/\W+/g, "_");
    names.set(name, { path: `uploads/${name}`, kind, tables: [table], sheets: 1 });
  }
  return [...names.values()];
}

/** The code of a script as one program: of a notebook, of all its cells that are Python. */
export function programOf(path: string, bytes: Buffer): string {
  const text = readScriptText(bytes)?.text ?? "";
  if (scriptLanguage(path) !== "notebook") return text;
  const book = readNotebook(text);
  return "problem" in book ? "" : book.program;
}
