import { extname } from "node:path";
import { looksDelimited } from "./csv/looks-delimited.ts";
import { kindByMagic } from "./kinds/magic.ts";
import { readHead } from "./kinds/read-head.ts";
import { nameWithoutPacking } from "./name-without-packing.ts";
import type { FileKind } from "./report.ts";

/** Names that promise a table: their text is read as one even where it hardly looks it. */
const DELIMITED_NAMES = new Set([".csv", ".tsv", ".tab", ".psv", ".ssv"]);
const JSON_NAMES = new Set([".json", ".ndjson", ".jsonl", ".geojson"]);

/** Text with a structure of its own, in which separators prove nothing. */
const OTHER_TEXT_NAMES = new Set(
  (
    ".md .markdown .rst .tex .py .ipynb .r .rmd .jl .js .mjs .cjs .ts .tsx .jsx .java .c .h .cpp .cs .go .rs .rb " +
    ".php .pl .sh .bat .ps1 .sql .html .htm .xml .xsd .svg .css .scss .yaml .yml .toml .ini .cfg .conf .env .log .eml"
  ).split(" "),
);

/**
 * What a file is: by its bytes first, by its name only where bytes leave it open. An uploaded database is stored and
 * never attached: opening one means running what somebody else prepared.
 */
export async function detectKind(localPath: string, fileName: string): Promise<FileKind> {
  const { bytes, isWhole } = await readHead(localPath);
  const name = nameWithoutPacking(fileName).toLowerCase();
  const ending = extname(name) || (name.startsWith(".") ? name : "");
  return (await kindByMagic(bytes, localPath, ending)) ?? kindOfText(bytes, isWhole, ending);
}

function kindOfText(bytes: Buffer, isWhole: boolean, ending: string): FileKind {
  if (OTHER_TEXT_NAMES.has(ending)) return "text";
  if (JSON_NAMES.has(ending)) return "json";
  const start = bytes
    .subarray(0, 4096)
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .trimStart();
  if (/^<(!doctype|html|\?xml)/i.test(start)) return "text";
  if (DELIMITED_NAMES.has(ending)) return "delimited";
  if (/^(\{\s*"|\[\s*[[{"\d-])/.test(start)) return "json";
  return looksDelimited(bytes, isWhole) ? "delimited" : "text";
}
